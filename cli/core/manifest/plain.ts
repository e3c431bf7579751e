import type { Item, MapNode, Node, Pair, ScalarNode, SeqNode } from './node.ts';
import { readPlainFlow } from './plain-flow.ts';
import { keyText } from './scalar.ts';

/**
 * Reads the YAML that templates are mostly made of: block maps and sequences of scalars and simple flow collections
 * that stand on one line. It gives the tree `parse.ts` would give, in a tenth of the time, and undefined as soon as it
 * sees anything else (block scalars, anchors, tags, tabs, errors): then the library reads the document.
 */
export const readPlain = (text: string, base: number): Node | undefined => {
  if (unusual.test(text)) return undefined;
  try {
    return new PlainReader(text, base).document();
  } catch (thrown) {
    if (thrown === notPlain) return undefined;
    throw thrown;
  }
};

/** Control characters, tabs, carriage returns, and what else YAML treats in ways of its own. */
const unusual = /[^\n -~\u00a0-\u2027\u202a-\ufefe\uff00-\uffff]/;
const keyPattern = /(?:([A-Za-z_][\w./-]{0,250})|"([\w./-]{0,250})"|'([\w./-]{0,250})'):(?= |\n|$)/y;
const doubleQuoted = /"(?:[^"\\\n]|\\.)*"(?= *(?:\n|$)| +#)/y;
const singleQuoted = /'(?:[^'\n]|'')*'(?= *(?:\n|$)| +#)/y;
const plainText = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s]))[^\n]*/y;
const notPlain = Symbol('not plain');

class PlainReader {
  readonly #text: string;
  readonly #base: number;
  /** The next content that was not read yet: its offset, and the column it stands in. */
  #at = 0;
  #column = 0;

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  document(): Node {
    this.#nextLine(0);
    if (this.#text.startsWith('---', this.#at) && this.#column === 0) {
      if (this.#rest(this.#at + 3) !== undefined) throw notPlain;
      this.#nextLine(this.#lineEnd(this.#at) + 1);
    }
    if (this.#at >= this.#text.length) throw notPlain;
    const root = this.#block();
    if (this.#at < this.#text.length) throw notPlain;
    return root;
  }

  #block(): MapNode | SeqNode {
    return this.#isDash() ? this.#seq() : this.#map();
  }

  #isDash(): boolean {
    const next = this.#text[this.#at + 1];
    return this.#text[this.#at] === '-' && (next === ' ' || next === '\n' || next === undefined);
  }

  #map(): MapNode {
    const column = this.#column;
    const start = this.#base + this.#at;
    const pairs: Pair[] = [];
    let end = start;
    while (this.#at < this.#text.length && this.#column === column && !(pairs.length > 0 && this.#isDash())) {
      const pair = this.#pair(column);
      pairs.push(pair);
      end = pair.value.end;
    }
    if (this.#column > column) throw notPlain;
    return { kind: 'map', flow: false, pairs, start, end };
  }

  #pair(column: number): Pair {
    keyPattern.lastIndex = this.#at;
    const match = keyPattern.exec(this.#text);
    if (match === null) throw notPlain;
    const keyStart = this.#base + this.#at;
    const colonEnd = keyPattern.lastIndex;
    const value = this.#value(colonEnd, column, true);
    return {
      key: match[1] === undefined ? (match[2] ?? match[3] ?? '') : keyText(match[1]),
      start: keyStart,
      keyStart,
      colonEnd: this.#base + colonEnd,
      value,
      odd: false,
      merge: false,
    };
  }

  #seq(): SeqNode {
    const column = this.#column;
    const start = this.#base + this.#at;
    const items: Item[] = [];
    let end = start;
    while (this.#at < this.#text.length && this.#column === column && this.#isDash()) {
      const dash = this.#at;
      const value = this.#item(dash + 1, column);
      items.push({ start: this.#base + dash, value });
      end = value.end;
    }
    if (this.#column > column) throw notPlain;
    return { kind: 'seq', flow: false, items, start, end };
  }

  /** What follows a dash: a collection may begin on its line. */
  #item(after: number, column: number): Node {
    const at = this.#rest(after);
    if (at === undefined) return this.#value(after, column, false);
    keyPattern.lastIndex = at;
    const dash = this.#at;
    this.#at = at;
    if (keyPattern.test(this.#text) || this.#isDash()) {
      this.#column = column + at - dash;
      return this.#block();
    }
    return this.#value(after, column, false);
  }

  /** What follows a colon or dash: a scalar on the line, lines that are further in, or nothing. */
  #value(after: number, column: number, dashMayAlign: boolean): Node {
    const at = this.#rest(after);
    if (at === undefined) {
      this.#nextLine(this.#lineEnd(after) + 1);
      const isNested = this.#at < this.#text.length && this.#column > column;
      const isAligned = dashMayAlign && this.#at < this.#text.length && this.#column === column && this.#isDash();
      if (isNested || isAligned) return this.#block();
      return { kind: 'scalar', text: '', style: 'plain', start: this.#base + after, end: this.#base + after };
    }
    const value = this.#inline(at);
    this.#nextLine(this.#lineEnd(value.end - this.#base) + 1);
    if (this.#column > column) throw notPlain;
    return value;
  }

  #inline(at: number): ScalarNode | MapNode | SeqNode {
    const start = this.#base + at;
    const first = this.#text[at];
    if (first === '"' || first === "'") {
      const source = matchAt(first === '"' ? doubleQuoted : singleQuoted, this.#text, at);
      const text = first === '"' ? unescapeDouble(source) : source.slice(1, -1).replaceAll("''", "'");
      return { kind: 'scalar', text, style: 'quoted', start, end: start + source.length };
    }
    if (first === '{' || first === '[') {
      const collection = readPlainFlow(this.#text, at, this.#base);
      if (collection === undefined || this.#rest(collection.end - this.#base) !== undefined) throw notPlain;
      return collection;
    }
    const line = matchAt(plainText, this.#text, at);
    const comment = line.indexOf(' #');
    const text = (comment < 0 ? line : line.slice(0, comment)).replace(/ +$/, '');
    if (text.includes(': ') || text.endsWith(':')) throw notPlain;
    return { kind: 'scalar', text, style: 'plain', start, end: start + text.length };
  }

  /** Where the content behind an offset begins on the same line; undefined where there is none but a comment. */
  #rest(after: number): number | undefined {
    let at = after;
    while (this.#text[at] === ' ') at += 1;
    const character = this.#text[at];
    if (character === undefined || character === '\n') return undefined;
    if (character === '#') {
      if (at === after) throw notPlain;
      return undefined;
    }
    return at;
  }

  #lineEnd(at: number): number {
    const newline = this.#text.indexOf('\n', at);
    return newline < 0 ? this.#text.length : newline;
  }

  /** Moves to the first content at or after the start of a line. At the end the column is less than any other. */
  #nextLine(lineStart: number): void {
    let start = lineStart;
    while (start < this.#text.length) {
      let at = start;
      while (this.#text[at] === ' ') at += 1;
      const character = this.#text[at];
      if (character !== '\n' && character !== '#' && character !== undefined) {
        this.#at = at;
        this.#column = at - start;
        return;
      }
      start = this.#lineEnd(at) + 1;
    }
    this.#at = this.#text.length;
    this.#column = -1;
  }
}

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) throw notPlain;
  return match[0];
};

/** The escapes that JSON has too; YAML's own are left to the library. */
const unescapeDouble = (source: string): string => {
  if (!source.includes('\\')) return source.slice(1, -1);
  try {
    return JSON.parse(source) as string;
  } catch {
    throw notPlain;
  }
};
