import {
  type Item,
  isMergeSource,
  type MapNode,
  type Node,
  type Pair,
  type SeqNode,
  type Tree,
} from '../model/node.ts';
import { keyText } from '../model/scalar.ts';
import { readBlockScalar } from './quick-block-scalar.ts';
import { readPlainFlow } from './quick-flow.ts';
import { readPlainScalar, readQuoted } from './quick-scalar.ts';
import {
  anchorAt,
  giveUp,
  keepAnchor,
  matchAt,
  maxDepth,
  nextLineStart,
  notPlain,
  readAlias,
  type Source,
  skipSpaces,
} from './quick-source.ts';

/**
 * Reads the YAML that people and templates write: block and flow collections, JSON, scalars of every style, comments,
 * anchors, aliases and merge keys. It gives the tree `parse.ts` would give, in a tenth of the time, and undefined as
 * soon as it sees anything else (tags, `?` keys, directives, errors): then the library reads the document.
 */
export const readPlain = (text: string, base: number): Tree | undefined => {
  if (unusual.test(text)) return undefined;
  const source: Source = { text, base, anchors: new Map(), aliased: new Set() };
  try {
    return { root: new PlainReader(source).document(), aliased: source.aliased };
  } catch (thrown) {
    if (thrown === notPlain) return undefined;
    throw thrown;
  }
};

/** Control characters, and what else YAML treats in ways of its own. */
const unusual = /[^\n\r\t -~\u00a0-\u2027\u202a-\ufefe\uff00-\uffff]|\r(?!\n)/;
const keyPattern =
  /(?:(<<|(?!\.\.\.)[\w./](?:[^\s:]|:(?=[^\s])){0,250})|"([^"\\\n\t]{0,250})"|'([^'\n\t]{0,250})') *:(?=[ \r\n]|$)/y;

/** kubectl refuses a key that is null. */
const nullKey = /^(?:~|null|Null|NULL)$/;

class PlainReader {
  readonly #source: Source;
  readonly #text: string;
  readonly #base: number;
  /** The next content that was not read yet: its offset, and the column it stands in. */
  #at = 0;
  #column = 0;
  #depth = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
    this.#base = source.base;
  }

  document(): Node {
    this.#nextLine(0);
    if (this.#text.startsWith('---', this.#at) && this.#column === 0) {
      if (this.#rest(this.#at + 3) !== undefined) giveUp();
      this.#nextLine(nextLineStart(this.#text, this.#at));
    }
    const first = this.#text[this.#at];
    if (first === undefined) giveUp();
    const root = first === '{' || first === '[' ? this.#line(this.#at, -1) : this.#block(undefined);
    if (this.#at < this.#text.length) giveUp();
    return root;
  }

  #block(anchor: string | undefined): Node {
    this.#depth += 1;
    if (this.#depth > maxDepth) giveUp();
    const node = this.#isDash() ? this.#seq() : this.#map();
    this.#depth -= 1;
    return keepAnchor(this.#source, node, anchor);
  }

  #isDash(): boolean {
    const next = this.#text[this.#at + 1];
    return this.#text[this.#at] === '-' && (next === ' ' || next === '\n' || next === '\r' || next === undefined);
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
    if (this.#column > column) giveUp();
    return { kind: 'map', flow: false, pairs, start, end };
  }

  #pair(column: number): Pair {
    const match = matchAt(keyPattern, this.#text, this.#at) ?? giveUp();
    const [whole, plain, double, single = ''] = match;
    const keyStart = this.#base + this.#at;
    const colonEnd = this.#at + whole.length;
    const value = this.#value(colonEnd, column, true);
    if (plain === '<<' ? !isMergeSource(value) : plain !== undefined && nullKey.test(plain)) giveUp();
    return {
      key: plain === undefined ? (double ?? single) : keyText(plain),
      start: keyStart,
      keyStart,
      colonEnd: this.#base + colonEnd,
      value,
      odd: false,
      merge: plain === '<<',
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
    if (this.#column > column) giveUp();
    return { kind: 'seq', flow: false, items, start, end };
  }

  /** What follows a dash: a collection may begin on its line. */
  #item(after: number, column: number): Node {
    const at = this.#rest(after);
    if (at === undefined) return this.#value(after, column, false);
    const dash = this.#at;
    this.#at = at;
    if (matchAt(keyPattern, this.#text, at) !== undefined || this.#isDash()) {
      this.#column = column + at - dash;
      return this.#block(undefined);
    }
    return this.#value(after, column, false);
  }

  /** What follows a colon or dash: a value on the line, lines that are further in, or nothing. */
  #value(after: number, column: number, dashMayAlign: boolean): Node {
    const first = this.#rest(after);
    if (first === undefined) return this.#below(after, column, dashMayAlign, undefined);
    if (this.#text[first] !== '&') return this.#line(first, column);
    const anchor = anchorAt(this.#source, first);
    const behind = first + 1 + anchor.length;
    const at = this.#rest(behind);
    return at === undefined ? this.#below(behind, column, dashMayAlign, anchor) : this.#line(at, column, anchor);
  }

  #below(after: number, column: number, dashMayAlign: boolean, anchor: string | undefined): Node {
    this.#nextLine(nextLineStart(this.#text, after));
    const isNested = this.#at < this.#text.length && this.#column > column;
    const isAligned = dashMayAlign && this.#at < this.#text.length && this.#column === column && this.#isDash();
    if (isNested || isAligned) return this.#block(anchor);
    if (anchor !== undefined) giveUp();
    return { kind: 'scalar', text: '', style: 'plain', start: this.#base + after, end: this.#base + after };
  }

  /** A value that begins on the line, and that nothing but a comment follows. */
  #line(at: number, column: number, anchor?: string): Node {
    const read = this.#inline(at, column);
    const value = keepAnchor(this.#source, read, anchor);
    const end = value.end - this.#base;
    if (this.#rest(end) !== undefined) giveUp();
    this.#nextLine(nextLineStart(this.#text, end));
    if (this.#column > column) giveUp();
    return value;
  }

  #inline(at: number, column: number): Node {
    switch (this.#text[at]) {
      case '"':
      case "'":
        return readQuoted(this.#source, at, column);
      case '{':
      case '[':
        return readPlainFlow(this.#source, at, column);
      case '|':
      case '>':
        return readBlockScalar(this.#source, at, column);
      case '*':
        return readAlias(this.#source, at);
      default:
        return readPlainScalar(this.#source, at, column);
    }
  }

  /** Where the content behind an offset begins on the same line; undefined where there is none but a comment. */
  #rest(after: number): number | undefined {
    const at = skipSpaces(this.#text, after);
    const character = this.#text[at];
    if (character === undefined || character === '\n' || character === '\r') return undefined;
    if (character === '\t') giveUp();
    if (character !== '#') return at;
    return at === after ? giveUp() : undefined;
  }

  /** Moves to the first content at or after the start of a line. At the end the column is less than any other. */
  #nextLine(lineStart: number): void {
    let start = lineStart;
    while (start < this.#text.length) {
      const at = skipSpaces(this.#text, start);
      const character = this.#text[at];
      if (character === '\t') giveUp();
      if (character !== '\n' && character !== '\r' && character !== '#' && character !== undefined) {
        this.#at = at;
        this.#column = at - start;
        return;
      }
      start = nextLineStart(this.#text, at);
    }
    this.#at = this.#text.length;
    this.#column = -1;
  }
}
