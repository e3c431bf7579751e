import { fail, ok, type Result } from '../result.ts';
import type { MapNode, Node, Pair, SeqNode } from './node.ts';
import { findItem, findPair, type Path, type Step } from './path.ts';
import { columnOf, insertItem, insertPair, isEmptyCollection, type Page, textAfterColon } from './place.ts';
import { quote } from './render.ts';
import { type Edit, lineEnd } from './splice.ts';
import type { MapValue, Value } from './value.ts';

/** What is to be different in one object. Paths start at the object's root. */
export type Change =
  | {
      readonly op: 'set';
      readonly path: Path;
      readonly value: Value /** A new key goes before this one. */;
      readonly before?: string;
    }
  | {
      readonly op: 'prepend';
      readonly path: Path;
      readonly item: MapValue & { readonly name: string };
      readonly before?: string;
    };

/** How one change was made, so that it can be undone. */
export type Made =
  /** Something new; `created` of its parents were made for it. A list item is known by its name, a key has its `value`. */
  | { readonly kind: 'added'; readonly path: Path; readonly created: number; readonly value?: Value }
  /** A value replaced; `source` is the text that stood there, and where it has several lines its key stood at `column`. */
  | {
      readonly kind: 'replaced';
      readonly path: Path;
      readonly source: string;
      readonly value: Value;
      readonly column: number;
    }
  /** An empty collection filled; `leaf` is what was put in. */
  | { readonly kind: 'filled'; readonly path: Path; readonly source: string; readonly leaf: Path };

export interface Applied {
  readonly edits: readonly Edit[];
  readonly made: readonly Made[];
}

/** Why a change cannot be made at a place. */
export type ChangeProblem =
  | { readonly reason: 'shared-anchor'; readonly path: Path; readonly anchor: string }
  | { readonly reason: 'odd-key'; readonly path: Path }
  | { readonly reason: 'not-a-collection'; readonly path: Path };

/** Turns changes into edits of a document's text. Aliases and merge keys on their paths must be expanded already. */
export const applyChanges = (
  page: Page,
  root: Node,
  aliased: ReadonlySet<Node>,
  changes: readonly Change[],
): Result<Applied, ChangeProblem> => {
  const edits: Edit[] = [];
  const made: Made[] = [];
  for (const change of changes) {
    const step = makeChange(page, root, aliased, change);
    if (!step.ok) return step;
    edits.push(step.value.edit);
    made.push(step.value.made);
  }
  return ok({ edits, made });
};

type Outcome = Result<{ edit: Edit; made: Made }, ChangeProblem>;

const makeChange = (page: Page, root: Node, aliased: ReadonlySet<Node>, change: Change): Outcome => {
  let node: Node = root;
  const leaf: Path = change.op === 'set' ? change.path : [...change.path, { name: change.item.name }];
  for (const [index, step] of change.path.entries()) {
    const here = change.path.slice(0, index);
    if (node.anchor !== undefined && aliased.has(node))
      return fail({ reason: 'shared-anchor', path: here, anchor: node.anchor });
    const child = childOf(node, step);
    if (node.kind === 'map' && typeof step === 'string') {
      if (child !== undefined && isOdd(child)) return fail({ reason: 'odd-key', path: [...here, step] });
      if (child === undefined) {
        if (node.pairs.some((pair) => pair.odd)) return fail({ reason: 'odd-key', path: here });
        return ok(addPair(page, node, change, index, step, leaf));
      }
      const pair = child as Pair;
      if (isLast(change.path, index)) return finish(page, node, pair, aliased, change, leaf);
      if (isEmptyCollection(pair.value)) {
        const shared = sharedAnchor(pair.value, aliased);
        if (shared !== undefined) return fail({ reason: 'shared-anchor', path: [...here, step], anchor: shared });
        return ok(fillPair(page, node, pair, change, index, leaf));
      }
    } else if (child === undefined) {
      return fail({ reason: 'not-a-collection', path: here });
    }
    node = child.value;
  }
  return fail({ reason: 'not-a-collection', path: change.path });
};

/** A key that cannot be edited beside, or an empty value of which only an anchor or tag is there. */
const isOdd = (child: { readonly value: Node; readonly odd?: boolean }): boolean => {
  const { value } = child;
  const isBare = value.kind === 'scalar' && value.start === value.end;
  return child.odd === true || (isBare && (value.anchor !== undefined || value.tag !== undefined));
};

const isLast = (path: Path, index: number): boolean => index === path.length - 1;

const childOf = (node: Node, step: Step): { readonly value: Node } | undefined => {
  if (node.kind === 'map' && typeof step === 'string') return findPair(node, step);
  return node.kind === 'seq' ? findItem(node.items, step) : undefined;
};

/** What stands at `path[index]` once the change is made, when nothing stood there before. */
const nested = (change: Change, index: number): Value => {
  const inner: Value = change.op === 'set' ? change.value : [change.item];
  return change.path.slice(index + 1).reduceRight<Value>((value, step) => ({ [String(step)]: value }), inner);
};

const addPair = (
  page: Page,
  map: MapNode,
  change: Change,
  index: number,
  key: string,
  leaf: Path,
): { edit: Edit; made: Made } => ({
  edit: insertPair(page, map, key, nested(change, index), change.before),
  made: {
    kind: 'added',
    path: leaf,
    created: leaf.length - 1 - index,
    ...(change.op === 'set' ? { value: change.value } : {}),
  },
});

/** In block style a comment behind the empty value stays on its line, and the new lines come below. */
const fillPair = (
  page: Page,
  map: MapNode,
  pair: Pair,
  change: Change,
  index: number,
  leaf: Path,
): { edit: Edit; made: Made } => {
  const lineRest = page.text.slice(pair.value.end, lineEnd(page.text, pair.value.end));
  const kept = !map.flow && /^\s+#/.test(lineRest) ? lineRest : '';
  const end = pair.value.end + kept.length;
  return {
    edit: {
      start: pair.colonEnd,
      end,
      text: kept + textAfterColon(page, map, pair, nested(change, index)),
      column: Number.MAX_SAFE_INTEGER,
    },
    made: { kind: 'filled', path: change.path.slice(0, index + 1), source: page.text.slice(pair.colonEnd, end), leaf },
  };
};

const finish = (
  page: Page,
  map: MapNode,
  pair: Pair,
  aliased: ReadonlySet<Node>,
  change: Change,
  leaf: Path,
): Outcome => {
  const shared = sharedAnchor(pair.value, aliased);
  if (shared !== undefined) return fail({ reason: 'shared-anchor', path: change.path, anchor: shared });
  if (change.op === 'set') return ok(replaceValue(page, map, pair, change.path, change.value));
  if (isEmptyCollection(pair.value)) return ok(fillPair(page, map, pair, change, change.path.length - 1, leaf));
  if (pair.value.kind !== 'seq') return fail({ reason: 'not-a-collection', path: change.path });
  return ok(prepend(page, pair.value, change.item, leaf));
};

/** The anchor of this node, or of one that a replacement would remove, that is used elsewhere. */
export const sharedAnchor = (node: Node, aliased: ReadonlySet<Node>): string | undefined => {
  if (aliased.size === 0) return undefined;
  if (aliased.has(node)) return node.anchor ?? '';
  const children =
    node.kind === 'map'
      ? node.pairs.map((pair) => pair.value)
      : node.kind === 'seq'
        ? node.items.map((item) => item.value)
        : [];
  return children.map((child) => sharedAnchor(child, aliased)).find((anchor) => anchor !== undefined);
};

const prepend = (page: Page, seq: SeqNode, item: MapValue, leaf: Path): { edit: Edit; made: Made } => ({
  edit: insertItem(page, seq, item),
  made: { kind: 'added', path: leaf, created: 0 },
});

const replaceValue = (page: Page, map: MapNode, pair: Pair, path: Path, value: Value): { edit: Edit; made: Made } => {
  const isText = typeof value === 'string' && pair.value.kind === 'scalar' && pair.value.end > pair.value.start;
  const start = isText ? pair.value.start : pair.colonEnd;
  const text = isText ? quote(value) : textAfterColon(page, map, pair, value);
  const source = page.text.slice(start, pair.value.end);
  const column = source.includes('\n') ? columnOf(page, pair.keyStart) : 0;
  return { edit: { start, end: pair.value.end, text }, made: { kind: 'replaced', path, source, value, column } };
};
