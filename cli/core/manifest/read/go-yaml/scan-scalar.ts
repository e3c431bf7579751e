import { type Cursor, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from './cursor.ts';
import { scanEscape } from './scan-escape.ts';
import type { ScalarToken } from './token.ts';

/** A run of blanks and line breaks inside a scalar, and what it becomes: blanks stay, lines are folded. */
interface Gap {
  readonly text: string;
  readonly hasBreak: boolean;
}

const noGap: Gap = { text: '', hasBreak: false };

/** `wasBroken`: a line break with a backslash before it has gone by, so that blanks no longer count. */
const scanGap = (cursor: Cursor, wasBroken: boolean, checkBlank: (hasBreak: boolean) => void): Gap => {
  let blanks = '';
  let first: string | undefined;
  let more = '';
  let hasBreak = wasBroken;
  for (;;) {
    const character = cursor.peek();
    if (isBlank(character)) {
      checkBlank(hasBreak);
      if (!hasBreak) blanks += character;
      cursor.at += 1;
    } else if (isBreak(character)) {
      if (hasBreak) more += cursor.lineBreak();
      else first = cursor.lineBreak();
      hasBreak = true;
    } else break;
  }
  if (!hasBreak) return { text: blanks, hasBreak };
  return { text: first === '\n' ? more || ' ' : (first ?? '') + more, hasBreak };
};

/** A scalar in quotes. Its lines may stand anywhere. */
export const scanQuoted = (cursor: Cursor): ScalarToken => {
  const start = cursor.at;
  const quote = cursor.peek();
  const parts: string[] = [];
  cursor.at += 1;
  for (;;) {
    if (cursor.isAtMarker()) cursor.fail('found unexpected document indicator');
    if (cursor.peek() === '') cursor.fail('found unexpected end of stream', start);
    const wasBroken = scanQuotedRun(cursor, quote, parts);
    if (cursor.peek() === quote) break;
    parts.push(scanGap(cursor, wasBroken, () => undefined).text);
  }
  cursor.at += 1;
  return { type: 'scalar', text: parts.join(''), style: 'quoted', start, end: cursor.at };
};

/** Everything up to a blank, a line break or the closing quote; true where a backslash has taken a line break away. */
const scanQuotedRun = (cursor: Cursor, quote: string, parts: string[]): boolean => {
  for (;;) {
    const character = cursor.peek();
    if (isBlankOrEnd(character)) return false;
    if (character === quote) {
      if (quote === '"' || cursor.peek(1) !== "'") return false;
      parts.push("'");
      cursor.at += 2;
    } else if (quote === '"' && character === '\\') {
      if (isBreak(cursor.peek(1))) {
        cursor.at += 1;
        cursor.lineBreak();
        return true;
      }
      parts.push(scanEscape(cursor));
    } else {
      const from = cursor.at;
      do cursor.at += 1;
      while (!endsQuotedRun(cursor.peek()));
      parts.push(cursor.text.slice(from, cursor.at));
    }
  }
};

const endsQuotedRun = (character: string): boolean =>
  character === '"' || character === "'" || character === '\\' || isBlankOrEnd(character);

const endsPlainInFlow = new Set([',', '?', '[', ']', '{', '}']);

/** A scalar without quotes, and whether a line break follows it, behind which a key may stand. */
export const scanPlain = (
  cursor: Cursor,
  parentIndent: number,
  isInFlow: boolean,
): { readonly token: ScalarToken; readonly hasBreak: boolean } => {
  const start = cursor.at;
  const indent = parentIndent + 1;
  const parts: string[] = [];
  let end = start;
  let gap = noGap;
  const checkBlank = (hasBreak: boolean): void => {
    if (hasBreak && cursor.column < indent && cursor.peek() === '\t')
      cursor.fail('found a tab character that violates indentation');
  };
  while (!cursor.isAtMarker() && cursor.peek() !== '#') {
    const from = cursor.at;
    while (!isBlankOrEnd(cursor.peek())) {
      if (cursor.peek() === ':' && isBlankOrEnd(cursor.peek(1))) break;
      if (isInFlow && endsPlainInFlow.has(cursor.peek())) break;
      cursor.at += 1;
    }
    if (cursor.at > from) {
      parts.push(gap.text, cursor.text.slice(from, cursor.at));
      end = cursor.at;
      gap = noGap;
    }
    if (isBreakOrEnd(cursor.peek()) ? cursor.peek() === '' : !isBlank(cursor.peek())) break;
    gap = scanGap(cursor, false, checkBlank);
    if (!isInFlow && cursor.column < indent) break;
  }
  return { token: { type: 'scalar', text: parts.join(''), style: 'plain', start, end }, hasBreak: gap.hasBreak };
};
