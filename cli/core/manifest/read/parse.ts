import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Node as YamlNode,
  type Pair as YamlPair,
  type Scalar as YamlScalar,
} from 'yaml';
import { fail, ok, type Result } from '../../../../proxy/contract/result.ts';
import { unreachable } from '../../../../proxy/contract/unreachable.ts';
import { findExcess, maxLevels } from '../model/expanded-size.ts';
import type { Item, MapNode, Node, Pair, ScalarNode, SeqNode, Tree } from '../model/node.ts';
import { keyText } from '../model/scalar.ts';
import { isJson } from '../text/json-stream.ts';
import { hasOldLineEnd } from '../text/lines.ts';
import { GoYamlError } from './go-yaml/cursor.ts';
import { readGoYaml, TooManyLevels } from './go-yaml/reader.ts';
import { readPlain } from './quick-reader.ts';

/** What stopped the parser, with its offset in the whole input. */
export interface ParseProblem {
  readonly offset: number;
  readonly reason: string;
  /** What it has more of than daps reads, where it may be right. */
  readonly limit?: 'size' | 'levels';
}

const tooDeep = (offset: number): ParseProblem => ({
  offset,
  reason: `it is nested more than ${maxLevels} levels deep`,
  limit: 'levels',
});

/**
 * Parses one document of a stream. `text` is the document's slice, `base` its offset in the whole input. Returns
 * undefined for a document without content. Scalars stay text (`failsafe`): go-yaml v2's rules are applied by value.ts.
 */
export const parseNode = (text: string, base = 0): Result<Tree | undefined, ParseProblem> => {
  const plain = readPlain(text, base);
  const parsed = plain === undefined ? parseSlowly(text, base) : ok(plain);
  const excess = parsed.ok && parsed.value !== undefined ? findExcess(parsed.value) : undefined;
  switch (excess) {
    case undefined:
      return parsed;
    case 'too-deep':
      return fail(tooDeep(base));
    case 'too-many-nodes':
      return fail({ offset: base, reason: 'its aliases multiply to more than 500,000 nodes', limit: 'size' });
    default:
      return unreachable(excess);
  }
};

/**
 * As kubectl reads it; what that refuses, as YAML 1.2 has it. JSON is read as JSON, of which go-yaml does not take
 * all: `\\/`, surrogates as escapes, and long keys. Where YAML 1.2 would find other lines, nothing is read.
 */
export const parseSlowly = (text: string, base = 0): Result<Tree | undefined, ParseProblem> => {
  try {
    return ok(readGoYaml(text, base));
  } catch (thrown) {
    if (thrown instanceof TooManyLevels) return fail(tooDeep(base + thrown.offset));
    if (!(thrown instanceof GoYamlError)) throw thrown;
    if (hasOldLineEnd(text) && !isJson(text)) return fail({ offset: base + thrown.offset, reason: thrown.message });
    const parsed = parseAny(text, base);
    return !parsed.ok || parsed.value === undefined || isJson(text)
      ? parsed
      : ok({ ...parsed.value, refused: thrown.message });
  }
};

/** The same with the library's parser, which knows all of YAML 1.2. */
export const parseAny = (text: string, base = 0): Result<Tree | undefined, ParseProblem> => {
  const document = parseDocument(text, {
    schema: 'failsafe',
    keepSourceTokens: true,
    uniqueKeys: false,
    logLevel: 'error',
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error?.code === 'RESOURCE_EXHAUSTION') return fail(tooDeep(base + error.pos[0]));
  if (error !== undefined) return fail({ offset: base + error.pos[0], reason: error.message });
  return convert(document, text, base);
};

type Token = { readonly type: string; readonly offset: number; readonly source: string };

class Unreadable extends Error {
  readonly problem: ParseProblem;
  constructor(problem: ParseProblem) {
    super(problem.reason);
    this.problem = problem;
  }
}

const convert = (document: Document.Parsed, text: string, base: number): Result<Tree | undefined, ParseProblem> => {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.source === '' && contents.type === 'PLAIN')) {
    return ok(undefined);
  }
  try {
    const converter = new Converter(text, base);
    return ok({ root: converter.node(contents as YamlNode, 0), aliased: converter.aliased });
  } catch (thrown) {
    if (thrown instanceof Unreadable) return fail(thrown.problem);
    throw thrown;
  }
};

/** Turns the library's nodes into ours. An anchor is known once its node is complete, so no node can hold itself. */
class Converter {
  readonly #text: string;
  readonly #base: number;
  readonly #anchors = new Map<string, Node>();
  #level = 0;
  readonly aliased = new Set<Node>();

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  node(source: YamlNode | null, emptyAt: number): Node {
    this.#level += 1;
    if (this.#level > maxLevels) throw new Unreadable(tooDeep(this.#base + (source?.range?.[0] ?? emptyAt)));
    const node = this.#convert(source, emptyAt);
    this.#level -= 1;
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    return node;
  }

  #convert(source: YamlNode | null, emptyAt: number): Node {
    if (source === null) return this.#empty(emptyAt);
    const [start, valueEnd] = rangeOf(source);
    const anchor = 'anchor' in source && source.anchor !== undefined ? { anchor: source.anchor } : {};
    if (isAlias(source)) {
      const target = this.#anchors.get(source.source);
      if (target === undefined) {
        throw new Unreadable({ offset: this.#base + start, reason: `the alias *${source.source} has no anchor` });
      }
      this.aliased.add(target);
      return { kind: 'alias', name: source.source, target, start: this.#base + start, end: this.#base + valueEnd };
    }
    if (isMap(source)) return { ...this.#map(source.items as YamlPair[], source, start, valueEnd), ...anchor };
    if (isSeq(source)) return { ...this.#seq(source, start, valueEnd), ...anchor };
    return { ...this.#scalar(source as YamlScalar, start, valueEnd, emptyAt), ...anchor };
  }

  #empty(at: number): ScalarNode {
    return { kind: 'scalar', text: '', style: 'plain', start: this.#base + at, end: this.#base + at };
  }

  #scalar(source: YamlScalar, start: number, valueEnd: number, emptyAt: number): ScalarNode {
    const text = typeof source.value === 'string' ? source.value : (source.source ?? '');
    const tag = source.tag === undefined ? {} : { tag: source.tag };
    if (source.type === 'PLAIN' && valueEnd === start) return { ...this.#empty(emptyAt), ...tag };
    const isBlock = source.type === 'BLOCK_LITERAL' || source.type === 'BLOCK_FOLDED';
    const style = isBlock ? 'block' : source.type === 'PLAIN' ? 'plain' : 'quoted';
    const end = isBlock ? start + this.#text.slice(start, valueEnd).trimEnd().length : valueEnd;
    return { kind: 'scalar', text, style, ...tag, start: this.#base + start, end: this.#base + end };
  }

  #map(items: readonly YamlPair[], source: { flow?: boolean }, start: number, valueEnd: number): MapNode {
    const isImplicit = source.flow === true && this.#text[start] !== '{';
    const pairs = items.map((pair) => ({ ...this.#pair(pair), ...(isImplicit ? { odd: true } : {}) }));
    const end = source.flow === true ? this.#base + valueEnd : (pairs.at(-1)?.value.end ?? this.#base + valueEnd);
    return { kind: 'map', flow: source.flow === true, pairs, start: this.#base + start, end };
  }

  #pair(pair: YamlPair): Pair {
    const keyNode = pair.key as YamlNode | null;
    const tokens = srcTokens(pair);
    const [keyStart, keyEnd] = keyNode === null ? [tokens.at, tokens.at] : rangeOf(keyNode);
    const props = tokens.start.find((token) => !layoutTokens.has(token.type));
    const colon = tokens.sep.find((token) => token.type === 'map-value-ind');
    const colonEnd = colon === undefined ? keyEnd : colon.offset + 1;
    const scalarKey = keyNode !== null && isScalar(keyNode) ? (keyNode as YamlScalar) : undefined;
    if (keyNode !== null && keyNode.anchor !== undefined) this.node(keyNode, keyStart);
    const key = scalarKey === undefined ? undefined : keyOf(scalarKey);
    return {
      key,
      start: this.#base + (props?.offset ?? keyStart),
      keyStart: this.#base + keyStart,
      colonEnd: this.#base + colonEnd,
      value: this.node(pair.value as YamlNode | null, colonEnd),
      odd: props !== undefined || colon === undefined || scalarKey === undefined,
      merge: key === '<<' && scalarKey?.type === 'PLAIN',
    };
  }

  #seq(source: { items: unknown[]; flow?: boolean; srcToken?: unknown }, start: number, valueEnd: number): SeqNode {
    const flow = source.flow === true;
    const tokens = (source.srcToken as { items?: { start?: Token[] }[] } | undefined)?.items ?? [];
    const items = source.items.map((item, index) =>
      this.#item(item as YamlNode | YamlPair, tokens[index]?.start ?? []),
    );
    const last = items.at(-1);
    return {
      kind: 'seq',
      flow,
      items,
      start: this.#base + start,
      end: flow || last === undefined ? this.#base + valueEnd : last.value.end,
    };
  }

  #item(source: YamlNode | YamlPair, start: readonly Token[]): Item {
    const first = start.find((token) => !layoutTokens.has(token.type));
    const dash = start.find((token) => token.type === 'seq-item-ind');
    const value = this.#itemValue(source, dash === undefined ? 0 : dash.offset + 1);
    return { start: first === undefined ? value.start : this.#base + first.offset, value };
  }

  /** `[a: b]` holds a pair where other sequences hold a map of one pair. */
  #itemValue(source: YamlNode | YamlPair, emptyAt: number): Node {
    if (!('value' in source) || isScalar(source)) return this.node(source as YamlNode, emptyAt);
    const pair = this.#pair(source as YamlPair);
    return { kind: 'map', flow: true, pairs: [{ ...pair, odd: true }], start: pair.start, end: pair.value.end };
  }
}

const layoutTokens = new Set(['space', 'newline', 'comment', 'comma', 'flow-map-start', 'flow-seq-start']);

const rangeOf = (node: YamlNode): [number, number] => {
  const range = node.range;
  if (range === undefined || range === null) throw new Error('the YAML parser gave a node without a range');
  return [range[0], range[1]];
};

const srcTokens = (pair: YamlPair): { start: readonly Token[]; sep: readonly Token[]; at: number } => {
  const source = (pair as { srcToken?: { start?: Token[]; sep?: Token[] } }).srcToken;
  const start = source?.start ?? [];
  const sep = source?.sep ?? [];
  return { start, sep, at: sep[0]?.offset ?? start.at(-1)?.offset ?? 0 };
};

const keyOf = (key: YamlScalar): string => {
  const text = typeof key.value === 'string' ? key.value : String(key.source ?? '');
  return key.type === 'PLAIN' ? keyText(text) : text;
};
