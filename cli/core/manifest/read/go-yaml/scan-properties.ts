import { type Cursor, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isWord } from './cursor.ts';
import type { Token } from './token.ts';

const scanWord = (cursor: Cursor): string => {
  const from = cursor.at;
  while (isWord(cursor.peek())) cursor.at += 1;
  return cursor.text.slice(from, cursor.at);
};

/** `&name` and `*name`. */
export const scanAnchor = (cursor: Cursor, type: 'anchor' | 'alias'): Token => {
  const start = cursor.at;
  cursor.at += 1;
  const name = scanWord(cursor);
  const next = cursor.peek();
  if (name === '' || !(isBlankOrEnd(next) || '?:,]}%@`'.includes(next)))
    cursor.fail(`an ${type}'s name has letters, digits, _ and - only`, start);
  return { type, name, start, end: cursor.at };
};

export const scanTag = (cursor: Cursor): Token => {
  const start = cursor.at;
  const tag = cursor.peek(1) === '<' ? scanVerbatim(cursor) : scanShorthand(cursor);
  if (!isBlankOrEnd(cursor.peek())) cursor.fail('did not find expected whitespace or line break behind a tag', start);
  return { type: 'tag', ...tag, start, end: cursor.at };
};

type Tag = { readonly handle: string; readonly suffix: string };

const scanVerbatim = (cursor: Cursor): Tag => {
  cursor.at += 2;
  const suffix = scanUri(cursor, '');
  if (cursor.peek() !== '>') cursor.fail("did not find the expected '>' of a tag");
  cursor.at += 1;
  return { handle: '', suffix };
};

const scanShorthand = (cursor: Cursor): Tag => {
  const handle = scanHandle(cursor);
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(cursor, '') };
  const suffix = scanUri(cursor, handle);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
};

const scanHandle = (cursor: Cursor): string => {
  if (cursor.peek() !== '!') cursor.fail("did not find expected '!' of a tag");
  cursor.at += 1;
  const name = scanWord(cursor);
  if (cursor.peek() !== '!') return `!${name}`;
  cursor.at += 1;
  return `!${name}!`;
};

/** What is left of a tag behind its handle; `head` is a handle that turned out to be the tag's beginning. */
const scanUri = (cursor: Cursor, head: string): string => {
  const from = cursor.at;
  while (/^[\w\-;/?:@&=+$,.!~*'()[\]%]$/.test(cursor.peek())) {
    if (cursor.peek() === '%' && !/^%[0-9A-Fa-f]{2}/.test(cursor.text.slice(cursor.at, cursor.at + 3)))
      cursor.fail('did not find URI escaped octet');
    cursor.at += 1;
  }
  if (head === '' && cursor.at === from) cursor.fail('did not find expected tag URI');
  return head.slice(1) + decodeOctets(cursor, cursor.text.slice(from, cursor.at));
};

const decodeOctets = (cursor: Cursor, uri: string): string => {
  try {
    return decodeURIComponent(uri);
  } catch {
    return cursor.fail('found an incorrect UTF-8 octet in a tag');
  }
};

/** `%YAML 1.1` and `%TAG ! prefix`; others are errors. */
export const scanDirective = (cursor: Cursor): Token => {
  const start = cursor.at;
  cursor.at += 1;
  const name = scanWord(cursor);
  if (!isBlankOrEnd(cursor.peek()) || (name !== 'YAML' && name !== 'TAG'))
    cursor.fail('found unknown directive name', start);
  cursor.skipBlanks();
  const token = name === 'YAML' ? scanVersion(cursor, start) : scanTagDirective(cursor, start);
  cursor.skipBlanks();
  if (cursor.peek() === '#') cursor.skipToLineEnd();
  if (!isBreakOrEnd(cursor.peek())) cursor.fail('did not find expected comment or line break');
  if (isBreak(cursor.peek())) cursor.lineBreak();
  return token;
};

const scanVersion = (cursor: Cursor, start: number): Token => {
  const version = /^\d{1,2}\.\d{1,2}(?!\d)/.exec(cursor.text.slice(cursor.at, cursor.at + 6))?.[0];
  if (version === undefined) return cursor.fail('did not find expected version number');
  cursor.at += version.length;
  return { type: 'version', version, start, end: cursor.at };
};

const scanTagDirective = (cursor: Cursor, start: number): Token => {
  const handle = scanHandle(cursor);
  if (handle.length > 1 && !handle.endsWith('!')) cursor.fail("did not find expected '!' of a %TAG directive");
  if (!isBlank(cursor.peek())) cursor.fail('did not find expected whitespace in a %TAG directive');
  cursor.skipBlanks();
  const prefix = scanUri(cursor, '');
  if (!isBlankOrEnd(cursor.peek())) cursor.fail('did not find expected whitespace or line break');
  return { type: 'tag-directive', handle, prefix, start, end: cursor.at };
};
