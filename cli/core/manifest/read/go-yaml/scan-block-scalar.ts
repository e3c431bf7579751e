import { type Cursor, isBlank, isBreak, isBreakOrEnd } from './cursor.ts';
import type { ScalarToken } from './token.ts';

/** What stands behind the `|` or `>`. An `indent` of 0 is found out from the first line. */
interface Header {
  readonly chomp: string;
  readonly indent: number;
}

/** A `|` or `>` scalar below something that is indented by `parentIndent`. */
export const scanBlockScalar = (cursor: Cursor, parentIndent: number): ScalarToken => {
  const start = cursor.at;
  const isLiteral = cursor.peek() === '|';
  const { chomp, indent: given } = scanHeader(cursor);
  const increment = given === 0 ? 0 : Math.max(parentIndent, 0) + given;
  let text = '';
  let leading = '';
  let startedBlank = false;
  let { indent, breaks } = scanBreaks(cursor, increment, parentIndent);
  while (cursor.column === indent && cursor.peek() !== '') {
    const startsBlank = isBlank(cursor.peek());
    if (!isLiteral && !startedBlank && !startsBlank && leading === '\n') text += breaks === '' ? ' ' : '';
    else text += leading;
    text += breaks;
    startedBlank = startsBlank;
    const from = cursor.at;
    cursor.skipToLineEnd();
    text += cursor.text.slice(from, cursor.at);
    leading = isBreak(cursor.peek()) ? cursor.lineBreak() : '';
    ({ indent, breaks } = scanBreaks(cursor, indent, parentIndent));
  }
  if (chomp !== '-') text += leading;
  if (chomp === '+') text += breaks;
  const end = start + cursor.text.slice(start, cursor.lineStart).trimEnd().length;
  return { type: 'scalar', text, style: 'block', start, end: cursor.peek() === '' ? endOfText(cursor, start) : end };
};

const endOfText = (cursor: Cursor, start: number): number => start + cursor.text.slice(start).trimEnd().length;

const scanHeader = (cursor: Cursor): Header => {
  const start = cursor.at;
  cursor.at += 1;
  const header = /^(?:([+-])([0-9]?)|([0-9])([+-]?))/.exec(cursor.text.slice(cursor.at, cursor.at + 2));
  const [used = '', before, second, first, behind] = header ?? [];
  const digit = first ?? second ?? '';
  if (digit === '0') cursor.fail('found an indentation indicator equal to 0', start);
  const chomp = before ?? behind ?? '';
  cursor.at += used.length;
  cursor.skipBlanks();
  if (cursor.peek() === '#') cursor.skipToLineEnd();
  if (!isBreakOrEnd(cursor.peek())) cursor.fail('did not find expected comment or line break');
  if (isBreak(cursor.peek())) cursor.lineBreak();
  return { chomp, indent: Number(digit) };
};

/** Blank lines, and the spaces of the line behind them; an indentation that is not known yet is the deepest of them. */
const scanBreaks = (
  cursor: Cursor,
  indent: number,
  parentIndent: number,
): { readonly indent: number; readonly breaks: string } => {
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.peek() === ' ') cursor.at += 1;
    deepest = Math.max(deepest, cursor.column);
    if ((indent === 0 || cursor.column < indent) && cursor.peek() === '\t')
      cursor.fail('found a tab character where an indentation space is expected');
    if (!isBreak(cursor.peek())) break;
    breaks += cursor.lineBreak();
  }
  return { indent: indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent, breaks };
};
