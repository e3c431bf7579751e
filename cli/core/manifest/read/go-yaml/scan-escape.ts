import type { Cursor } from './cursor.ts';

/** go-yaml v2 does not know `\/`, which JSON and YAML 1.2 have, and takes `\'`, which they have not. */
const escapes = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const digits = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** What a backslash in double quotes stands for. */
export const scanEscape = (cursor: Cursor): string => {
  const start = cursor.at;
  const letter = cursor.peek(1);
  const simple = escapes.get(letter);
  cursor.at += 2;
  if (simple !== undefined) return simple;
  const length = digits.get(letter) ?? cursor.fail('found unknown escape character', start);
  const hex = cursor.text.slice(cursor.at, cursor.at + length);
  if (!/^[0-9A-Fa-f]+$/.test(hex) || hex.length < length)
    cursor.fail('did not find expected hexadecimal number', start);
  const code = Number.parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    cursor.fail('found invalid Unicode character escape code', start);
  cursor.at += length;
  return String.fromCodePoint(code);
};
