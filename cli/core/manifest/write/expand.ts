import { fail, ok, type Result } from '../../../../proxy/contract/result.ts';
import { unreachable } from '../../../../proxy/contract/unreachable.ts';
import type { AliasNode, MapNode, Node, Pair } from '../model/node.ts';
import { findItem, findPair, type Path } from '../model/path.ts';
import { effectivePairs, isMergeable, toWritten, type Written } from '../model/value.ts';
import type { Edit } from '../text/splice.ts';
import { type SharedAnchor, sharedAnchor } from './change.ts';
import { type TextStyle, textAfterColon, textOfPairs, textOnOneLine } from './insertion.ts';

/** An alias or merge key that was replaced by a copy of what it stands for, `keys` of a map. `source` is its text. */
export type Expanded =
  | { readonly kind: 'alias'; readonly path: Path; readonly source: string }
  | { readonly kind: 'merge'; readonly path: Path; readonly source: string; readonly keys: readonly string[] };

export interface Expansion {
  readonly edit: Edit;
  readonly expanded: Expanded;
}

/** A merge key below an explicit key of the same name: go-yaml v2 lets the merge win, every other reader the key. */
export interface AmbiguousMerge {
  readonly reason: 'ambiguous-merge';
  readonly path: Path;
  readonly key: string;
}

/**
 * The first alias or merge key on the way to `path`, with the edit that writes it out; undefined when there is none.
 * Each edit moves the text, so the caller parses again after every one.
 */
export const nextExpansion = (
  page: TextStyle,
  root: Node,
  aliased: ReadonlySet<Node>,
  path: Path,
): Result<Expansion | undefined, AmbiguousMerge | SharedAnchor> => {
  let node = root;
  for (const [index, step] of path.entries()) {
    const here = path.slice(0, index);
    if (node.kind === 'map' && typeof step === 'string') {
      const merge = expandMerge(page, node, aliased, here);
      if (!merge.ok || merge.value !== undefined) return merge;
      const pair = findPair(node, step);
      if (pair === undefined) return ok(undefined);
      if (pair.value.kind === 'alias') return ok(expandPair(page, node, pair, [...here, step], pair.value));
      node = pair.value;
    } else if (node.kind === 'seq') {
      const item = findItem(node.items, step);
      if (item === undefined) return ok(undefined);
      if (item.value.kind === 'alias') return ok(expandItem(page, item.value, [...here, step]));
      node = item.value;
    } else {
      return ok(undefined);
    }
  }
  return node.kind === 'map' ? expandMerge(page, node, aliased, path) : ok(undefined);
};

const expandPair = (page: TextStyle, map: MapNode, pair: Pair, path: Path, alias: AliasNode): Expansion => ({
  edit: { start: pair.colonEnd, end: alias.end, text: textAfterColon(page, map, pair, toWritten(alias)) },
  expanded: { kind: 'alias', path, source: page.text.slice(pair.colonEnd, alias.end) },
});

const expandItem = (page: TextStyle, alias: AliasNode, path: Path): Expansion => ({
  edit: { start: alias.start, end: alias.end, text: textOnOneLine(toWritten(alias)) },
  expanded: { kind: 'alias', path, source: page.text.slice(alias.start, alias.end) },
});

const expandMerge = (
  page: TextStyle,
  map: MapNode,
  aliased: ReadonlySet<Node>,
  path: Path,
): Result<Expansion | undefined, AmbiguousMerge | SharedAnchor> => {
  const ownKeys = new Set(map.pairs.map(({ key }) => key));
  for (const [index, pair] of map.pairs.entries()) {
    if (!pair.merge || !isMergeable(pair.value)) continue;
    const merged = effectivePairs({ ...map, pairs: [pair] });
    const mergedKeys = new Set<string | undefined>(merged.map(([key]) => key));
    const overridden = map.pairs.slice(0, index).find((earlier) => mergedKeys.has(earlier.key));
    if (overridden?.key !== undefined) return fail({ reason: 'ambiguous-merge', path, key: overridden.key });
    const entries = merged
      .filter(([key]) => !ownKeys.has(key))
      .map(([key, node]): [string, Written] => [key, toWritten(node)]);
    if (entries.length === 0) continue;
    const shared = pair.value.kind === 'alias' ? undefined : sharedAnchor(pair.value, aliased);
    if (shared !== undefined) return fail({ reason: 'shared-anchor', path, node: shared });
    return ok({
      edit: { start: pair.start, end: pair.value.end, text: textOfPairs(page, map, entries, pair.start) },
      expanded: {
        kind: 'merge',
        path,
        source: page.text.slice(pair.start, pair.value.end),
        keys: entries.map(([key]) => key),
      },
    });
  }
  return ok(undefined);
};

/** Where an alias stands, with what is needed to write it out. */
type AliasSite =
  | {
      readonly kind: 'pair';
      readonly path: Path;
      readonly map: MapNode;
      readonly pair: Pair;
      readonly alias: AliasNode;
    }
  | { readonly kind: 'item'; readonly path: Path; readonly alias: AliasNode }
  | { readonly kind: 'merge'; readonly path: Path; readonly map: MapNode; readonly pair: Pair };

/** The first alias of a node, written out; undefined where none of them can be. */
export const expandAliasOf = (
  page: TextStyle,
  root: Node,
  aliased: ReadonlySet<Node>,
  node: Node,
): Result<Expansion | undefined, AmbiguousMerge | SharedAnchor> => {
  const site = findAlias(root, node, []);
  switch (site?.kind) {
    case undefined:
      return ok(undefined);
    case 'pair':
      return ok(expandPair(page, site.map, site.pair, site.path, site.alias));
    case 'item':
      return ok(expandItem(page, site.alias, site.path));
    case 'merge': {
      const step = expandMerge(page, site.map, aliased, site.path);
      return step.ok && step.value === undefined ? ok(removeMerge(page, site.map, site.pair, site.path)) : step;
    }
    default:
      return unreachable(site);
  }
};

/** A merge key of which every key has a value of its own brings in nothing. */
const removeMerge = (page: TextStyle, map: MapNode, pair: Pair, path: Path): Expansion => {
  const next = map.pairs[map.pairs.indexOf(pair) + 1];
  const { end } = pair.value;
  return {
    edit: { start: pair.start, end: map.flow ? (next?.start ?? end) : end, text: '' },
    expanded: { kind: 'merge', path, source: page.text.slice(pair.start, end), keys: [] },
  };
};

const findAlias = (holder: Node, target: Node, path: Path): AliasSite | undefined => {
  if (holder.kind === 'map') {
    for (const pair of holder.pairs) {
      const site = aliasInPair(holder, pair, target, path);
      if (site !== undefined) return site;
    }
  }
  if (holder.kind === 'seq') {
    for (const [index, { value }] of holder.items.entries()) {
      const here = [...path, index];
      const site: AliasSite | undefined =
        value.kind === 'alias' && value.target === target
          ? { kind: 'item', path: here, alias: value }
          : findAlias(value, target, here);
      if (site !== undefined) return site;
    }
  }
  return undefined;
};

/** Keys that cannot be named are passed over. */
const aliasInPair = (map: MapNode, pair: Pair, target: Node, path: Path): AliasSite | undefined => {
  if (pair.key === undefined) return undefined;
  const here = [...path, pair.key];
  const { value } = pair;
  const inside = findAlias(value, target, here);
  if (pair.merge && (inside !== undefined || (value.kind === 'alias' && value.target === target)))
    return { kind: 'merge', path, map, pair };
  return value.kind === 'alias' && value.target === target
    ? { kind: 'pair', path: here, map, pair, alias: value }
    : inside;
};
