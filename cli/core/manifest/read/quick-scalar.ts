import type { ScalarNode } from '../model/node.ts';
import { giveUp, lineEnd, matchAt, nextLineStart, type Source, skipSpaces } from './quick-source.ts';

const firstOfPlain = /[^\s\-?:,[\]{}#&*!|>'"%@`]|[-?:](?=[^\s])/y;
const plainInFlow = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}]))[^,[\]{}\n]*/y;

/**
 * Reads a scalar in quotes. Lines it goes on in are further in than `column`; a whole document's column is -1, and its
 * quoted scalars stand on one line.
 */
export const readQuoted = ({ text, base }: Source, at: number, column: number): ScalarNode => {
  const isDouble = text[at] === '"';
  const close = isDouble ? closingDouble(text, at) : closingSingle(text, at);
  const inner = text.slice(at + 1, close);
  if (inner.includes('\n')) checkLines(text, at, close, column);
  return {
    kind: 'scalar',
    text: isDouble ? unescapeDouble(inner) : fold(inner, '\n').replaceAll("''", "'"),
    style: 'quoted',
    start: base + at,
    end: base + close + 1,
  };
};

const closingDouble = (text: string, at: number): number => {
  for (let close = text.indexOf('"', at + 1); close >= 0; close = text.indexOf('"', close + 1)) {
    let first = close;
    while (text[first - 1] === '\\') first -= 1;
    if ((close - first) % 2 === 0) return close;
  }
  return giveUp();
};

const closingSingle = (text: string, at: number): number => {
  let close = text.indexOf("'", at + 1);
  while (close >= 0 && text[close + 1] === "'") close = text.indexOf("'", close + 2);
  return close < 0 ? giveUp() : close;
};

/** Every line that a scalar goes on in is blank or further in than `column`. */
const checkLines = (text: string, at: number, end: number, column: number): void => {
  if (column < 0) giveUp();
  for (let newline = text.indexOf('\n', at); newline >= 0 && newline < end; newline = text.indexOf('\n', newline + 1)) {
    const first = skipSpaces(text, newline + 1);
    if (first - newline - 1 <= column && text[first] !== '\n' && text[first] !== '\r') giveUp();
  }
};

/** The escapes that JSON and go-yaml have alike; go-yaml refuses `\\/` and surrogates. */
const unescapeDouble = (inner: string): string => {
  if (!inner.includes('\\')) return fold(inner, '\n');
  if (inner.includes('\n') && /\\[ \t\r\n]/.test(inner)) giveUp();
  if (/\\(?:\/|u[dD][89a-fA-F])/.test(inner)) giveUp();
  try {
    return JSON.parse(`"${fold(inner, '\\n')}"`) as string;
  } catch {
    return giveUp();
  }
};

/** Lines become one: a line end is a space, and with n blank lines behind it n line ends. */
const fold = (source: string, newline: string): string => {
  if (!source.includes('\n')) return source;
  const lines = source.split(/\r?\n/);
  const [first = '', ...others] = lines;
  const last = others.pop() ?? '';
  let text = trimmed(first, 0, true);
  let separator = ' ';
  for (const other of others) {
    const line = trimmed(other, leadingBlanks(other), true);
    if (line !== '') {
      text += separator + line;
      separator = ' ';
    } else if (separator === ' ') separator = newline;
    else text += newline;
  }
  return text + separator + trimmed(last, leadingBlanks(last), false);
};

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';

const leadingBlanks = (line: string): number => {
  let at = 0;
  while (isBlank(line[at])) at += 1;
  return at;
};

const trimmed = (line: string, start: number, atEnd: boolean): string => {
  let end = line.length;
  while (atEnd && end > start && isBlank(line[end - 1])) end -= 1;
  return line.slice(start, end);
};

/** Reads an unquoted scalar in block style, with the lines it goes on in: they are further in than `column`. */
export const readPlainScalar = ({ text, base }: Source, at: number, column: number): ScalarNode => {
  if (matchAt(firstOfPlain, text, at) === undefined) giveUp();
  let end = contentEnd(text, at);
  while (isOpen(text, end)) {
    const next = contentStart(text, nextLineStart(text, end), column);
    if (next === undefined) break;
    end = contentEnd(text, next);
  }
  return { kind: 'scalar', text: fold(text.slice(at, end), '\n'), style: 'plain', start: base + at, end: base + end };
};

/** Where the content of a line ends that begins at an offset: before a comment and spaces. */
const contentEnd = (text: string, at: number): number => {
  const whole = lineEnd(text, at);
  const line = text.slice(at, whole);
  const comment = line.indexOf(' #');
  let end = comment < 0 ? whole : at + comment;
  while (text[end - 1] === ' ') end -= 1;
  const content = line.slice(0, end - at);
  if (content.includes('\t') || content.includes(': ') || content.endsWith(':')) giveUp();
  return end;
};

/** Whether no comment follows on the line, so that the scalar may go on in the next one. */
const isOpen = (text: string, end: number): boolean => {
  const next = text[skipSpaces(text, end)];
  return next === '\n' || next === '\r';
};

/** The first content at or after the start of a line, if a scalar goes on with it. */
const contentStart = (text: string, lineStart: number, column: number): number | undefined => {
  let start = lineStart;
  let at = skipSpaces(text, start);
  while (text[at] === '\n' || text[at] === '\r') {
    start = nextLineStart(text, at);
    at = skipSpaces(text, start);
  }
  const isOver = at - start <= column || text[at] === undefined || text[at] === '#';
  return isOver ? undefined : at;
};

/** Reads an unquoted scalar inside of brackets, on one line. */
export const readPlainInFlow = ({ text, base }: Source, at: number): ScalarNode => {
  const found = matchAt(plainInFlow, text, at)?.[0] ?? giveUp();
  const comment = found.indexOf(' #');
  let length = comment < 0 ? found.length : comment;
  while (found[length - 1] === ' ' || found[length - 1] === '\r') length -= 1;
  const scalar = found.slice(0, length);
  // go-yaml ends the scalar at a `?`.
  if (scalar.includes(': ') || scalar.endsWith(':') || /[\t?]/.test(scalar)) giveUp();
  return { kind: 'scalar', text: scalar, style: 'plain', start: base + at, end: base + at + length };
};
