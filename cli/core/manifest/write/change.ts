import { fail, ok, type Result } from '../../../../proxy/contract/result.ts';
import { unreachable } from '../../../../proxy/contract/unreachable.ts';
import type { MapNode, Node, Pair } from '../model/node.ts';
import { findItem, findPair, type Path, type Step } from '../model/path.ts';
import type { MapValue, Value } from '../model/value.ts';
import { hasLineEnd } from '../text/lines.ts';
import type { Edit } from '../text/splice.ts';
import { columnOf, insertItem, insertPair, isEmptyCollection, type TextStyle, textAfterColon } from './insertion.ts';
import { isBare } from './odd-key.ts';
import { quote } from './render.ts';

/** What is to be different in one object. Paths start at the object's root. */
export type Change =
  | {
      readonly op: 'set';
      readonly path: Path;
      readonly value: Value;
      /** A new key goes before this one. */
      readonly before?: string;
    }
  /** Several keys of one map. */
  | { readonly op: 'merge'; readonly path: Path; readonly entries: MapValue; readonly before?: string }
  /** New items of a list, in this order, behind `behind` of those that it has: none of them, if nothing is said. */
  | {
      readonly op: 'insert';
      readonly path: Path;
      readonly items: readonly NamedItem[];
      readonly behind?: number;
      readonly before?: string;
    };

/** A list item that is known by its name, wherever it is moved to. */
export type NamedItem = MapValue & { readonly name: string };

/** How one change was made, so that it can be undone. */
export type AppliedChange =
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
  /** An empty collection filled; `leaves` are what was put in. */
  | { readonly kind: 'filled'; readonly path: Path; readonly source: string; readonly leaves: readonly Path[] };

export interface Applied {
  readonly edits: readonly Edit[];
  readonly made: readonly AppliedChange[];
}

/** A node that a change alters, and that an alias elsewhere stands for. */
export interface SharedAnchor {
  readonly reason: 'shared-anchor';
  readonly path: Path;
  readonly node: Node;
}

/** Why a change cannot be made at a place. */
export type ChangeProblem =
  | SharedAnchor
  | { readonly reason: 'odd-key'; readonly path: Path }
  | { readonly reason: 'not-a-collection'; readonly path: Path };

/** Turns changes into edits of a document's text. Aliases and merge keys on their paths must be expanded already. */
export const applyChanges = (
  page: TextStyle,
  root: Node,
  aliased: ReadonlySet<Node>,
  changes: readonly Change[],
): Result<Applied, ChangeProblem> => {
  const edits: Edit[] = [];
  const made: AppliedChange[] = [];
  for (const change of changes) {
    const step = makeChange(page, root, aliased, change);
    if (!step.ok) return step;
    edits.push(...step.value.edits);
    made.push(...step.value.made);
  }
  return ok({ edits, made });
};

type ChangeResult = Result<Applied, ChangeProblem>;

/** One thing a change puts in, and where. A list item has no value: whatever became of it, it is known by its name. */
interface Leaf {
  readonly path: Path;
  readonly value?: Value;
}

const leavesOf = (change: Change): readonly Leaf[] => {
  switch (change.op) {
    case 'set':
      return [{ path: change.path, value: change.value }];
    case 'merge':
      return Object.entries(change.entries).map(([key, value]) => ({ path: [...change.path, key], value }));
    case 'insert':
      return change.items.map(({ name }) => ({ path: [...change.path, { name }] }));
    default:
      return unreachable(change);
  }
};

const makeChange = (page: TextStyle, root: Node, aliased: ReadonlySet<Node>, change: Change): ChangeResult => {
  let node: Node = root;
  for (const [index, step] of change.path.entries()) {
    const here = change.path.slice(0, index);
    if (aliased.has(node)) return fail({ reason: 'shared-anchor', path: here, node });
    const child = childOf(node, step);
    if (node.kind === 'map' && typeof step === 'string') {
      if (child !== undefined && isOdd(child)) return fail({ reason: 'odd-key', path: [...here, step] });
      if (child === undefined) {
        if (node.pairs.some((pair) => pair.odd)) return fail({ reason: 'odd-key', path: here });
        return ok(addPair(page, node, change, index, step));
      }
      const pair = child as Pair;
      if (isLast(change.path, index)) return finish(page, node, pair, aliased, change);
      if (isEmptyCollection(pair.value)) {
        const shared = sharedAnchor(pair.value, aliased);
        if (shared !== undefined) return fail({ reason: 'shared-anchor', path: [...here, step], node: shared });
        return ok(fillPair(page, node, pair, change, index));
      }
    } else if (child === undefined) {
      return fail({ reason: 'not-a-collection', path: here });
    }
    node = child.value;
  }
  return fail({ reason: 'not-a-collection', path: change.path });
};

/** A pair that cannot be edited. */
const isOdd = (child: { readonly value: Node; readonly odd?: boolean }): boolean =>
  child.odd === true || isBare(child.value);

const isLast = (path: Path, index: number): boolean => index === path.length - 1;

const childOf = (node: Node, step: Step): { readonly value: Node } | undefined => {
  if (node.kind === 'map' && typeof step === 'string') return findPair(node, step);
  return node.kind === 'seq' ? findItem(node.items, step) : undefined;
};

/** What stands at `path[index]` once the change is made, when nothing stood there before. */
const nested = (change: Change, index: number): Value =>
  change.path.slice(index + 1).reduceRight<Value>((value, step) => ({ [String(step)]: value }), innermost(change));

const innermost = (change: Change): Value => {
  switch (change.op) {
    case 'set':
      return change.value;
    case 'merge':
      return change.entries;
    case 'insert':
      return change.items;
    default:
      return unreachable(change);
  }
};

const addPair = (page: TextStyle, map: MapNode, change: Change, index: number, key: string): Applied => ({
  edits: [insertPair(page, map, key, nested(change, index), change.before)],
  made: leavesOf(change).map((leaf) => added(leaf, leaf.path.length - 1 - index)),
});

const added = ({ path, value }: Leaf, created: number): AppliedChange => ({
  kind: 'added',
  path,
  created,
  ...(value === undefined ? {} : { value }),
});

/** Before whatever is added below: where a value is empty, both stand at the same offset. */
const onItsLine = Number.MAX_SAFE_INTEGER;

/** In block style a comment behind the empty value stays on its line, and the new lines come below. */
const fillPair = (page: TextStyle, map: MapNode, pair: Pair, change: Change, index: number): Applied => {
  const lineRest = page.text.slice(pair.value.end, page.lines.endOf(pair.value.end));
  const kept = !map.flow && /^\s+#/.test(lineRest) ? lineRest : '';
  const end = pair.value.end + kept.length;
  const text = kept + textAfterColon(page, map, pair, nested(change, index));
  return {
    edits: [{ start: pair.colonEnd, end, text, column: onItsLine }],
    made: [
      {
        kind: 'filled',
        path: change.path.slice(0, index + 1),
        source: page.text.slice(pair.colonEnd, end),
        leaves: leavesOf(change).map(({ path }) => path),
      },
    ],
  };
};

const finish = (
  page: TextStyle,
  map: MapNode,
  pair: Pair,
  aliased: ReadonlySet<Node>,
  change: Change,
): ChangeResult => {
  const { value } = pair;
  if (change.op === 'merge' && value.kind === 'map' && value.pairs.length > 0)
    return mergeEntries(page, value, aliased, change);
  const isReplaced = change.op === 'set' || isEmptyCollection(value);
  const shared = isReplaced ? sharedAnchor(value, aliased) : [value].find((node) => aliased.has(node));
  if (shared !== undefined) return fail({ reason: 'shared-anchor', path: change.path, node: shared });
  if (change.op === 'set') return ok(replaceValue(page, map, pair, change.path, change.value));
  if (isEmptyCollection(value)) return ok(fillPair(page, map, pair, change, change.path.length - 1));
  if (change.op === 'merge' || value.kind !== 'seq') return fail({ reason: 'not-a-collection', path: change.path });
  return ok({
    edits: change.items.map((item) => insertItem(page, value, item, change.behind ?? 0)),
    made: leavesOf(change).map((leaf) => added(leaf, 0)),
  });
};

/** Each key by itself: some may be there already. */
const mergeEntries = (
  page: TextStyle,
  map: MapNode,
  aliased: ReadonlySet<Node>,
  change: Extract<Change, { op: 'merge' }>,
): ChangeResult => {
  if (aliased.has(map)) return fail({ reason: 'shared-anchor', path: change.path, node: map });
  if (map.pairs.some((pair) => pair.odd)) return fail({ reason: 'odd-key', path: change.path });
  const parts: Applied[] = [];
  for (const [key, value] of Object.entries(change.entries)) {
    const path = [...change.path, key];
    const pair = findPair(map, key);
    if (pair === undefined) {
      parts.push({ edits: [insertPair(page, map, key, value, undefined)], made: [added({ path, value }, 0)] });
      continue;
    }
    if (isOdd(pair)) return fail({ reason: 'odd-key', path });
    const shared = sharedAnchor(pair.value, aliased);
    if (shared !== undefined) return fail({ reason: 'shared-anchor', path, node: shared });
    parts.push(replaceValue(page, map, pair, path, value));
  }
  return ok({ edits: parts.flatMap(({ edits }) => edits), made: parts.flatMap(({ made }) => made) });
};

/** This node, or one that a replacement would remove with it, where an alias elsewhere stands for it. */
export const sharedAnchor = (node: Node, aliased: ReadonlySet<Node>): Node | undefined => {
  if (aliased.size === 0) return undefined;
  if (aliased.has(node)) return node;
  const children =
    node.kind === 'map'
      ? node.pairs.map((pair) => pair.value)
      : node.kind === 'seq'
        ? node.items.map((item) => item.value)
        : [];
  return children.map((child) => sharedAnchor(child, aliased)).find((found) => found !== undefined);
};

const replaceValue = (page: TextStyle, map: MapNode, pair: Pair, path: Path, value: Value): Applied => {
  const old = pair.value;
  // A tag would make something else of what another tool writes in its place.
  const isText = typeof value === 'string' && old.kind === 'scalar' && old.tag === undefined && old.end > old.start;
  const start = isText ? pair.value.start : pair.colonEnd;
  const text = isText ? quote(value) : textAfterColon(page, map, pair, value);
  const source = page.text.slice(start, pair.value.end);
  const column = hasLineEnd(source) ? columnOf(page, pair.keyStart) : 0;
  return {
    edits: [{ start, end: pair.value.end, text, column: onItsLine }],
    made: [{ kind: 'replaced', path, source, value, column }],
  };
};
