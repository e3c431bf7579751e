import { maxLevels } from '../../model/expanded-size.ts';
import type { Item, MapNode, Node, Pair, ScalarNode, SeqNode, Tree } from '../../model/node.ts';
import { resolveTagged } from '../../model/scalar.ts';
import { GoYamlError } from './cursor.ts';
import { readDirectives } from './directives.ts';
import { endsDocument, endsEntry, endsFlowValue, endsValue } from './endings.ts';
import { emptyScalar, makePair } from './pair.ts';
import { Scanner } from './scanner.ts';
import type { Token } from './token.ts';

/** What stands before a node's content. */
interface Properties {
  readonly start: number;
  readonly end: number;
  readonly anchor?: string;
  readonly tag?: string;
}

/** More levels than daps reads, where go-yaml may read them. */
export class TooManyLevels extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(`more than ${maxLevels} levels`);
    this.offset = offset;
  }
}

/**
 * Reads the first document of a text as go-yaml v2 does (parserc.go and decode.go of go.yaml.in/yaml/v2 2.4.2), and
 * passes over what stands behind it, as that does. Throws a `GoYamlError` where that refuses. Undefined where the
 * document has no content. NOTICE beside this file has that program's licenses.
 */
export const readGoYaml = (text: string, base: number): Tree | undefined => new GoYamlReader(text, base).document();

const controlCharacter = /[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

class GoYamlReader {
  readonly #scanner: Scanner;
  readonly #base: number;
  /** Undefined while what an anchor names is not complete. */
  readonly #anchors = new Map<string, Node | undefined>();
  readonly #aliased = new Set<Node>();
  #handles: ReadonlyMap<string, string> = new Map();
  #level = 0;

  constructor(text: string, base: number) {
    const control = controlCharacter.exec(text);
    if (control !== null) throw new GoYamlError('control characters are not allowed', control.index);
    const start = /^(?:---[ \t]*\r?\n)?\ufeff/.exec(text)?.[0].length ?? 0;
    this.#base = base;
    // kubectl's reader of lines ends the last one too.
    this.#scanner = new Scanner(text.endsWith('\n') ? text : `${text}\n`, start);
  }

  document(): Tree | undefined {
    this.#handles = readDirectives(this.#scanner);
    const { type } = this.#scanner.peek();
    if (type === 'stream-end') return undefined;
    if (type === 'document-start') {
      const { end } = this.#scanner.next();
      if (endsDocument.has(this.#scanner.peek().type)) return undefined;
      return { root: this.#node(end, true, false), aliased: this.#finish() };
    }
    return { root: this.#node(0, true, false), aliased: this.#finish() };
  }

  #finish(): ReadonlySet<Node> {
    this.#scanner.peek();
    return this.#aliased;
  }

  #fail(reason: string, { start }: { readonly start: number }): never {
    throw new GoYamlError(reason, start);
  }

  /** A node; `emptyAt` is where an empty one stands. */
  #node(emptyAt: number, isBlock: boolean, mayBeUnindented: boolean): Node {
    this.#level += 1;
    if (this.#level > maxLevels) throw new TooManyLevels(this.#scanner.peek().start);
    const node =
      this.#scanner.peek().type === 'alias' ? this.#alias() : this.#content(emptyAt, isBlock, mayBeUnindented);
    this.#level -= 1;
    return node;
  }

  #alias(): Node {
    const token = this.#scanner.next();
    if (token.type !== 'alias') return this.#fail('did not find expected alias', token);
    const target = this.#anchors.get(token.name);
    if (target === undefined) {
      const why = this.#anchors.has(token.name) ? 'stands for what it stands in' : 'has no anchor';
      return this.#fail(`the alias *${token.name} ${why}`, token);
    }
    this.#aliased.add(target);
    return { kind: 'alias', name: token.name, target, start: this.#base + token.start, end: this.#base + token.end };
  }

  #content(emptyAt: number, isBlock: boolean, mayBeUnindented: boolean): Node {
    const properties = this.#properties(emptyAt);
    const { anchor } = properties;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const read = this.#bare(properties, isBlock, mayBeUnindented);
    if (anchor === undefined) return read;
    const node = { ...read, anchor };
    this.#anchors.set(anchor, node);
    return node;
  }

  /** An anchor and a tag, in either order. */
  #properties(emptyAt: number): Properties {
    const first = this.#scanner.peek();
    let found: Properties = { start: first.start, end: emptyAt };
    for (;;) {
      const token = this.#scanner.peek();
      if (token.type === 'anchor' && found.anchor === undefined)
        found = { ...found, anchor: token.name, end: token.end };
      else if (token.type === 'tag' && found.tag === undefined)
        found = { ...found, tag: this.#tag(token), end: token.end };
      else return found;
      this.#scanner.next();
    }
  }

  #tag(token: Extract<Token, { type: 'tag' }>): string {
    if (token.handle === '') return token.suffix;
    const prefix = this.#handles.get(token.handle) ?? this.#fail('found undefined tag handle', token);
    return prefix + token.suffix;
  }

  #bare(properties: Properties, isBlock: boolean, mayBeUnindented: boolean): Node {
    const token = this.#scanner.peek();
    switch (token.type) {
      case 'scalar':
        this.#scanner.next();
        return this.#scalar(token, properties);
      case 'flow-seq-start':
        return this.#flowSeq();
      case 'flow-map-start':
        return this.#flowMap();
      case 'block-entry':
        if (mayBeUnindented) return this.#blockSeq(token.start);
        break;
      case 'block-seq-start':
        if (isBlock) {
          this.#scanner.next();
          const seq = this.#blockSeq(token.start);
          this.#endBlock("did not find expected '-' indicator");
          return seq;
        }
        break;
      case 'block-map-start':
        if (isBlock) return this.#blockMap();
        break;
      default:
    }
    if (properties.anchor === undefined && properties.tag === undefined)
      return this.#fail('did not find expected node content', token);
    return this.#scalar(
      { type: 'scalar', text: '', style: 'plain', start: properties.end, end: properties.end },
      properties,
    );
  }

  #scalar(token: Extract<Token, { type: 'scalar' }>, { tag }: Properties): ScalarNode {
    const { text, style, start, end } = token;
    if (tag !== undefined && resolveTagged(tag, text) === undefined)
      this.#fail(`\`${text}\` is not what its tag says`, token);
    const tagged = tag === undefined ? {} : { tag };
    return { kind: 'scalar', text, style, start: this.#base + start, end: this.#base + end, ...tagged };
  }

  /** Also one whose dashes stand below their key, which no `block-end` ends. */
  #blockSeq(start: number): SeqNode {
    const items: Item[] = [];
    let end = start;
    for (let dash = this.#scanner.peek(); dash.type === 'block-entry'; dash = this.#scanner.peek()) {
      this.#scanner.next();
      const value = endsEntry.has(this.#scanner.peek().type)
        ? emptyScalar(this.#base + dash.end)
        : this.#node(dash.end, true, false);
      items.push({ start: this.#base + dash.start, value });
      end = value.end - this.#base;
    }
    return { kind: 'seq', flow: false, items, start: this.#base + start, end: this.#base + end };
  }

  #endBlock(reason: string): void {
    const token = this.#scanner.next();
    if (token.type !== 'block-end') this.#fail(reason, token);
  }

  #blockMap(): MapNode {
    const { start } = this.#scanner.next();
    const pairs: Pair[] = [];
    for (;;) {
      const token = this.#scanner.peek();
      if (token.type !== 'key' && token.type !== 'value') break;
      pairs.push(this.#blockPair(token));
    }
    this.#endBlock('did not find expected key');
    const end = pairs.at(-1)?.value.end ?? this.#base + start;
    return { kind: 'map', flow: false, pairs, start: pairs[0]?.start ?? this.#base + start, end };
  }

  #blockPair(token: Token): Pair {
    if (token.type === 'value') this.#fail('a key that is empty', token);
    return this.#pair(token, true, endsValue);
  }

  /** What stands behind a `key` token; `endings` says where a key or value is empty. */
  #pair(token: Token, isBlock: boolean, endings: ReadonlySet<Token['type']>): Pair {
    this.#scanner.next();
    const isEmpty = (): boolean => endings.has(this.#scanner.peek().type);
    const key = isEmpty() ? undefined : this.#node(token.end, isBlock, isBlock);
    const parts = { start: token.start, key, isExplicit: token.end > token.start };
    const colon = this.#scanner.peek();
    if (colon.type !== 'value') return makePair({ ...parts, colonEnd: undefined, value: undefined }, this.#base);
    this.#scanner.next();
    const value = isEmpty() ? undefined : this.#node(colon.end, isBlock, isBlock);
    return makePair({ ...parts, colonEnd: colon.end, value }, this.#base);
  }

  #flowSeq(): SeqNode {
    const { entries: items, ...span } = this.#flow<Item>('flow-seq-end', ']', (token) => ({
      start: this.#base + token.start,
      value: token.type === 'key' ? this.#pairInSeq(token) : this.#node(token.start, false, false),
    }));
    return { kind: 'seq', flow: true, items, ...span };
  }

  /** What stands between two brackets, with a comma between two entries and maybe one behind the last. */
  #flow<Entry>(
    closing: 'flow-seq-end' | 'flow-map-end',
    bracket: string,
    read: (token: Token) => Entry,
  ): { readonly entries: readonly Entry[]; readonly start: number; readonly end: number } {
    const open = this.#scanner.next();
    const entries: Entry[] = [];
    for (let token = this.#scanner.peek(); token.type !== closing; token = this.#scanner.peek()) {
      if (entries.length > 0) {
        if (token.type !== 'flow-entry') this.#fail(`did not find expected ',' or '${bracket}'`, token);
        this.#scanner.next();
        token = this.#scanner.peek();
        if (token.type === closing) break;
      }
      entries.push(read(token));
    }
    const { end } = this.#scanner.next();
    return { entries, start: this.#base + open.start, end: this.#base + end };
  }

  /** `[a: b]`: a map of one pair. */
  #pairInSeq(token: Token): MapNode {
    const pair = { ...this.#pair(token, false, endsFlowValue), odd: true };
    return { kind: 'map', flow: true, pairs: [pair], start: pair.start, end: pair.value.end };
  }

  #flowMap(): MapNode {
    const { entries: pairs, ...span } = this.#flow<Pair>('flow-map-end', '}', (token) =>
      token.type === 'key' ? this.#pair(token, false, endsFlowValue) : this.#loneKey(token),
    );
    return { kind: 'map', flow: true, pairs, ...span };
  }

  /** `{a, b: c}`: the value of `a` is empty. */
  #loneKey(token: Token): Pair {
    const key = this.#node(token.start, false, false);
    const parts = { start: token.start, key, colonEnd: undefined, isExplicit: false, value: undefined };
    return makePair(parts, this.#base);
  }
}
