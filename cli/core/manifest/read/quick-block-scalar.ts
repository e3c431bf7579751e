import type { ScalarNode } from '../model/node.ts';
import { giveUp, lineEnd, matchAt, nextLineStart, type Source, skipSpaces } from './quick-source.ts';

const header = /([|>])([+-]?) *(?=\r?\n)/y;

/** The lines of a block scalar: those that count, and where the text goes on below them. */
interface Lines {
  readonly indent: number;
  readonly lines: readonly string[];
  readonly blankBefore: number;
  readonly blankAfter: number;
  readonly end: number;
}

/**
 * Reads a `|` or `>` scalar whose lines are further in than `column`. One that is empty, says its own indentation or
 * has blank lines that are further in than the others is left to the library.
 */
export const readBlockScalar = ({ text, base }: Source, at: number, column: number): ScalarNode => {
  const [, mode, chomp = ''] = matchAt(header, text, at) ?? giveUp();
  const found = readLines(text, nextLineStart(text, at), column);
  const body = mode === '|' ? literal(found) : folded(found);
  const tail = chomp === '-' ? '' : '\n'.repeat(chomp === '+' ? Math.max(1, found.blankAfter) : 1);
  const end = at + text.slice(at, found.end).trimEnd().length;
  return {
    kind: 'scalar',
    text: '\n'.repeat(found.blankBefore) + body + tail,
    style: 'block',
    start: base + at,
    end: base + end,
  };
};

const readLines = (text: string, from: number, column: number): Lines => {
  const lines: string[] = [];
  let indent = -1;
  let blankBefore = 0;
  let deepestBlank = 0;
  let end = from;
  let count = 0;
  let start = from;
  let lineEnds = 0;
  while (start < text.length) {
    const at = skipSpaces(text, start);
    const whole = lineEnd(text, at);
    const isBlank = at === whole;
    if (!isBlank && at - start <= (indent < 0 ? column : indent - 1)) break;
    if (isBlank) deepestBlank = Math.max(deepestBlank, at - start);
    else if (indent < 0) {
      if (text[at] === '\t') giveUp();
      indent = at - start;
      blankBefore = lines.length;
      if (deepestBlank > indent) giveUp();
    }
    lines.push(indent < 0 ? '' : text.slice(start + indent, whole));
    if (!isBlank) {
      count = lines.length;
      end = whole;
      deepestBlank = 0;
      lineEnds = 0;
    }
    lineEnds += 1;
    start = nextLineStart(text, whole);
  }
  if (indent < 0 || deepestBlank > indent || text[skipSpaces(text, start)] === '\t') giveUp();
  return { indent, lines: lines.slice(blankBefore, count), blankBefore, blankAfter: lineEnds, end };
};

const literal = ({ lines }: Lines): string => lines.join('\n');

/** Lines become one, but for those that are further in than the others. */
const folded = ({ lines }: Lines): string => {
  let text = '';
  let separator = '';
  let wasFurtherIn = false;
  for (const line of lines) {
    if (line[0] === ' ' || line[0] === '\t') {
      if (separator === ' ') separator = '\n';
      else if (!wasFurtherIn && separator === '\n') separator = '\n\n';
      text += separator + line;
      separator = '\n';
      wasFurtherIn = true;
    } else if (line === '') {
      if (separator === '\n') text += '\n';
      else separator = '\n';
    } else {
      text += separator + line;
      separator = ' ';
      wasFurtherIn = false;
    }
  }
  return text;
};
