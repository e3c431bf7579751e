import type { MapNode, Node, Pair } from '../model/node.ts';
import type { Path } from '../model/path.ts';
import { sameValue, toValue, type Value } from '../model/value.ts';
import { parseNode } from '../read/parse.ts';
import { isJson } from '../text/json-stream.ts';
import { hasLineEnd, hasLoneReturn } from '../text/lines.ts';
import { applyEdits, type Edit } from '../text/splice.ts';
import type { AppliedChange } from '../write/change.ts';
import type { Expanded } from '../write/expand.ts';
import { columnOf, type TextStyle, textAfterColon } from '../write/insertion.ts';
import { childEntry, entriesOf, type FoundEntry, findEntry, removeEntries } from './removal.ts';

/** How replaced values come back: as the text that stood there, or written in the style that stands there now. */
export type Restoring = 'source' | 'value';

/**
 * Undoes what `applyChanges` made, in a text that may have been written anew since (Helm 4, kustomize): additions go,
 * replaced values come back unless somebody has changed them. `gone` names further additions, e.g. the status itself.
 */
export const undoChanges = (
  page: TextStyle,
  root: Node,
  made: readonly AppliedChange[],
  gone: readonly Path[],
  restoring: Restoring,
): string => {
  const added = [
    ...made.flatMap((one) => (one.kind === 'added' ? [one] : [])),
    ...gone.map((path) => ({ path, created: 0 })),
  ];
  const edits: Edit[] = [];
  const removed: FoundEntry[] = [];
  for (const one of made) {
    if (one.kind === 'replaced') edits.push(...restoreReplaced(page, root, one, restoring));
    if (one.kind !== 'filled') continue;
    const restored = restoreFilled(page, root, one, restoring);
    if (restored === undefined) removed.push(...one.leaves.flatMap((path) => findEntry(root, path) ?? []));
    else edits.push(restored);
  }
  removed.push(...findAdded(root, added));
  return applyEdits(page.text, [...edits, ...removeEntries(page, removed)]);
};

type Added = Omit<Extract<AppliedChange, { kind: 'added' }>, 'kind'>;

/** What is to go: every addition that nobody has changed, and the parents that were made for it and hold nothing else. */
const findAdded = (root: Node, added: readonly Added[]): readonly FoundEntry[] => {
  const own = added.filter(({ path, value }) => value === undefined || !isChanged(root, path, value));
  const going = new Set(own.flatMap(({ path }) => findEntry(root, path)?.value ?? []));
  const isEmptied = ({ parent }: FoundEntry): boolean => entriesOf(parent).every(({ value }) => going.has(value));
  return own.flatMap(({ path, created }) => {
    let target = path;
    let found = findEntry(root, target);
    for (let left = created; left > 0 && found !== undefined && isEmptied(found); left -= 1) {
      target = target.slice(0, -1);
      found = findEntry(root, target);
      if (found !== undefined) going.add(found.value);
    }
    return found ?? [];
  });
};

/** What somebody else has written since is theirs. */
const isChanged = (root: Node, path: Path, value: Value): boolean => {
  const found = findEntry(root, path);
  return found !== undefined && !sameValue(toValue(found.value), value);
};

type Replaced = Extract<AppliedChange, { kind: 'replaced' }>;
type Filled = Extract<AppliedChange, { kind: 'filled' }>;

const restoreReplaced = (page: TextStyle, root: Node, made: Replaced, restoring: Restoring): readonly Edit[] => {
  const place = findPairAt(root, made.path);
  if (place === undefined || !sameValue(toValue(place.pair.value), made.value)) return [];
  return [restoreText(page, place, made.source, restoring === 'source' ? made.column : undefined)];
};

/** Undefined where something else has come into it: then only what daps put in goes. */
const restoreFilled = (page: TextStyle, root: Node, made: Filled, restoring: Restoring): Edit | undefined => {
  const place = findPairAt(root, made.path);
  const leaves = made.leaves.map((leaf) => leaf.slice(made.path.length));
  if (place === undefined || !holdsOnly(place.pair.value, leaves)) return undefined;
  const { map, pair } = place;
  const isFitting = restoring === 'source' && (!page.isJson || isJson(made.source));
  const value = isFitting ? undefined : valueOfSource(made.source);
  const text = value === undefined ? made.source : textAfterColon(page, map, pair, value);
  return { start: pair.colonEnd, end: pair.value.end, text };
};

/** Whether a collection holds what the paths name, and nothing else on the way. */
const holdsOnly = (node: Node, paths: readonly Path[]): boolean => {
  if (paths.some((path) => path.length === 0)) return true;
  if (node.kind !== 'map' && node.kind !== 'seq') return false;
  const below = new Map<Node, Path[]>();
  for (const [step, ...rest] of paths) {
    const found = step === undefined ? undefined : childEntry(node, step);
    if (found === undefined) return false;
    below.set(found.value, [...(below.get(found.value) ?? []), rest]);
  }
  return entriesOf(node).length === below.size && [...below].every(([child, rest]) => holdsOnly(child, rest));
};

const findPairAt = (root: Node, path: Path): { map: MapNode; pair: Pair } | undefined => {
  const found = findEntry(root, path);
  const pair = found?.parent.kind === 'map' ? found.parent.pairs[found.index] : undefined;
  return found?.parent.kind === 'map' && pair !== undefined ? { map: found.parent, pair } : undefined;
};

/** The source as it was where it still fits; written in the place's own style where there is no column to fit. */
const restoreText = (
  page: TextStyle,
  place: { map: MapNode; pair: Pair },
  source: string,
  column: number | undefined,
): Edit => {
  const { map, pair } = place;
  const start = /^\s/.test(source) || source === '' ? pair.colonEnd : pair.value.start;
  if (column !== undefined && fits(page, place, source, column)) return { start, end: pair.value.end, text: source };
  const value = valueOfSource(source);
  if (value === undefined) return { start: pair.value.end, end: pair.value.end, text: '' };
  return { start: pair.colonEnd, end: pair.value.end, text: textAfterColon(page, map, pair, value) };
};

const fits = (
  page: TextStyle,
  { map, pair }: { map: MapNode; pair: Pair },
  source: string,
  column: number,
): boolean => {
  if (hasLineEnd(source)) {
    const hasCrlf = !source.includes('\r\n') || page.text.includes('\r\n');
    const hasLf = !/[^\r]\n/.test(` ${source}`) || /[^\r]\n/.test(page.text);
    const hasReturn = !hasLoneReturn(source) || hasLoneReturn(page.text);
    return (
      hasCrlf &&
      hasLf &&
      hasReturn &&
      (!map.flow || /^\s*[{["]/.test(source)) &&
      columnOf(page, pair.keyStart) === column &&
      (!page.isJson || isJson(source))
    );
  }
  return !page.isJson || isJson(source);
};

const valueOfSource = (source: string): Value | undefined => {
  const parsed = parseNode(`x:${/^\s/.test(source) ? '' : ' '}${source}`);
  return parsed.ok && parsed.value?.root.kind === 'map'
    ? toValue(parsed.value.root.pairs[0]?.value ?? parsed.value.root)
    : undefined;
};

/** An expansion, and where the object stands that it was made in. */
export interface Undone {
  readonly rootPath: Path;
  readonly expanded: Expanded;
}

/**
 * Puts aliases and merge keys back in place of their copies. One with which the document would not mean the same any
 * more, because the anchor is gone or its value is another, stays a copy.
 */
export const undoExpansions = (text: string, root: Node, undone: readonly Undone[]): string => {
  const edits = undone.flatMap((one) => expansionEdit(root, one) ?? []);
  const next = overlap(edits) ? undefined : applyEdits(text, edits);
  const again = next === undefined ? undefined : parseNode(next);
  if (
    next !== undefined &&
    again?.ok &&
    again.value !== undefined &&
    sameValue(toValue(again.value.root), toValue(root))
  )
    return next;
  return undone.length <= 1
    ? text
    : undone.reduce((current, one) => {
        const parsed = parseNode(current);
        return parsed.ok && parsed.value !== undefined ? undoExpansions(current, parsed.value.root, [one]) : current;
      }, text);
};

const expansionEdit = (root: Node, { rootPath, expanded }: Undone): Edit | undefined =>
  expanded.kind === 'alias'
    ? aliasEdit(root, [...rootPath, ...expanded.path], expanded.source)
    : mergeEdit(root, [...rootPath, ...expanded.path], expanded);

const overlap = (edits: readonly Edit[]): boolean => {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  return sorted.some(({ start }, index) => start < (sorted[index - 1]?.end ?? 0));
};

const aliasEdit = (root: Node, path: Path, source: string): Edit | undefined => {
  const found = findEntry(root, path);
  if (found === undefined) return undefined;
  const pair = found.parent.kind === 'map' ? found.parent.pairs[found.index] : undefined;
  return { start: pair?.colonEnd ?? found.value.start, end: found.end, text: source };
};

const mergeEdit = (root: Node, path: Path, expanded: Extract<Expanded, { kind: 'merge' }>): Edit | undefined => {
  const map = path.length === 0 ? root : findEntry(root, path)?.value;
  if (map?.kind !== 'map') return undefined;
  const from = map.pairs.findIndex((pair) => pair.key === expanded.keys[0]);
  const pairs = map.pairs.slice(from, from + expanded.keys.length);
  const isWhole =
    from >= 0 &&
    pairs.length === expanded.keys.length &&
    pairs.every((pair, index) => pair.key === expanded.keys[index]);
  const [first] = pairs;
  const last = pairs.at(-1);
  return isWhole && first !== undefined && last !== undefined
    ? { start: first.start, end: last.value.end, text: expanded.source }
    : undefined;
};
