import type { Made } from './change.ts';
import type { Expanded } from './expand.ts';
import { isJson } from './json-stream.ts';
import type { Item, MapNode, Node, Pair, SeqNode } from './node.ts';
import { parseNode } from './parse.ts';
import { findItem, findPair, type Path } from './path.ts';
import { columnOf, type Page, textAfterColon } from './place.ts';
import { applyEdits, type Edit, isFirstOnLine, lineStart, nextLineStart } from './splice.ts';
import { sameValue, toValue, type Value } from './value.ts';

/**
 * Undoes what `applyChanges` made, in a text that may have been written anew since (Helm 4, kustomize): additions go,
 * replaced values come back unless somebody has changed them. `gone` names further additions, e.g. the status itself.
 */
export const undoChanges = (page: Page, root: Node, made: readonly Made[], gone: readonly Path[]): string => {
  const removals: Removal[] = [];
  const edits: Edit[] = [];
  const added = [
    ...made.flatMap((one) => (one.kind === 'added' ? [one] : [])),
    ...gone.map((path) => ({ path, created: 0 })),
  ];
  for (const one of added) {
    if ('value' in one && one.value !== undefined && isChanged(root, one.path, one.value)) continue;
    const removal = removeAdded(page, root, one.path, one.created);
    if (removal !== undefined) removals.push(removal);
  }
  for (const one of made) {
    if (one.kind === 'replaced') edits.push(...restoreReplaced(page, root, one));
    if (one.kind === 'filled') edits.push(...restoreFilled(page, root, one));
  }
  return applyEdits(page.text, [...edits, ...mergeLines(page.text, removals)]);
};

/** A range to delete. Whole lines that follow each other are deleted as one. */
interface Removal {
  readonly start: number;
  readonly end: number;
  readonly wholeLines: boolean;
}

/** At the end of a text without a last line end, the line end before the removed lines goes with them. */
const mergeLines = (text: string, removals: readonly Removal[]): readonly Edit[] => {
  const merged: Removal[] = [];
  for (const removal of [...removals].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && removal.start <= last.end && last.wholeLines === removal.wholeLines) {
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, removal.end) };
    } else {
      merged.push(removal);
    }
  }
  return merged.map(({ start, end, wholeLines }) => {
    const atEnd = wholeLines && end === text.length && !text.endsWith('\n');
    return { start: atEnd ? endOfLineBefore(text, start) : start, end, text: '' };
  });
};

const endOfLineBefore = (text: string, start: number): number => {
  if (start === 0) return 0;
  return text[start - 2] === '\r' ? start - 2 : start - 1;
};

interface Found {
  readonly parent: MapNode | SeqNode;
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly value: Node;
}

const find = (root: Node, path: Path): Found | undefined => {
  let node: Node = root;
  let found: Found | undefined;
  for (const step of path) {
    const child = locate(node, step);
    if (child === undefined) return undefined;
    found = child;
    node = child.value;
  }
  return found;
};

const locate = (node: Node, step: Path[number]): Found | undefined => {
  if (node.kind === 'map' && typeof step === 'string') {
    const pair = findPair(node, step);
    return (
      pair && {
        parent: node,
        index: node.pairs.indexOf(pair),
        start: pair.start,
        end: pair.value.end,
        value: pair.value,
      }
    );
  }
  if (node.kind !== 'seq') return undefined;
  const item = findItem(node.items, step);
  return (
    item && { parent: node, index: node.items.indexOf(item), start: item.start, end: item.value.end, value: item.value }
  );
};

const entriesOf = (parent: MapNode | SeqNode): readonly (Pair | Item)[] =>
  parent.kind === 'map' ? parent.pairs : parent.items;

/** What somebody else has written since is theirs. */
const isChanged = (root: Node, path: Path, value: Value): boolean => {
  const found = find(root, path);
  return found !== undefined && !sameValue(toValue(found.value), value);
};

const removeAdded = (page: Page, root: Node, path: Path, created: number): Removal | undefined => {
  let target = path;
  let found = find(root, target);
  for (let left = created; left > 0 && found !== undefined && entriesOf(found.parent).length === 1; left -= 1) {
    target = target.slice(0, -1);
    found = find(root, target);
  }
  return found === undefined ? undefined : removalOf(page, found);
};

const removalOf = (page: Page, { parent, index, start, end }: Found): Removal => {
  const next = entriesOf(parent)[index + 1];
  if (!parent.flow && isFirstOnLine(page.text, start)) {
    return { start: lineStart(page.text, start), end: nextLineStart(page.text, end), wholeLines: true };
  }
  if (next !== undefined && (index === 0 || !parent.flow)) return { start, end: next.start, wholeLines: false };
  const previous = entriesOf(parent)[index - 1];
  return { start: previous?.value.end ?? start, end, wholeLines: false };
};

type Replaced = Extract<Made, { kind: 'replaced' }>;
type Filled = Extract<Made, { kind: 'filled' }>;

const restoreReplaced = (page: Page, root: Node, made: Replaced): readonly Edit[] => {
  const place = findPairAt(root, made.path);
  if (place === undefined || !sameValue(toValue(place.pair.value), made.value)) return [];
  return [restoreText(page, place, made.source, made.column)];
};

const restoreFilled = (page: Page, root: Node, made: Filled): readonly Edit[] => {
  const place = findPairAt(root, made.path);
  if (place === undefined) return [];
  if (holdsOnly(place.pair.value, made.leaf.slice(made.path.length))) {
    return [{ start: place.pair.colonEnd, end: place.pair.value.end, text: made.source }];
  }
  const removal = removeAdded(page, root, made.leaf, 0);
  return removal === undefined ? [] : mergeLines(page.text, [removal]);
};

const holdsOnly = (node: Node, path: Path): boolean => {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (node.kind !== 'map' && node.kind !== 'seq') return false;
  const found = locate(node, step);
  return found !== undefined && entriesOf(node).length === 1 && holdsOnly(found.value, rest);
};

const findPairAt = (root: Node, path: Path): { map: MapNode; pair: Pair } | undefined => {
  const found = find(root, path);
  const pair = found?.parent.kind === 'map' ? found.parent.pairs[found.index] : undefined;
  return found?.parent.kind === 'map' && pair !== undefined ? { map: found.parent, pair } : undefined;
};

/** The source as it was where it still fits; written in the place's own style where the document was re-indented. */
const restoreText = (page: Page, place: { map: MapNode; pair: Pair }, source: string, column: number): Edit => {
  const { map, pair } = place;
  const start = /^\s/.test(source) || source === '' ? pair.colonEnd : pair.value.start;
  if (fits(page, place, source, column)) return { start, end: pair.value.end, text: source };
  const value = valueOfSource(source);
  if (value === undefined) return { start: pair.value.end, end: pair.value.end, text: '' };
  return { start: pair.colonEnd, end: pair.value.end, text: textAfterColon(page, map, pair, value) };
};

const fits = (page: Page, { map, pair }: { map: MapNode; pair: Pair }, source: string, column: number): boolean => {
  if (source.includes('\n')) {
    const hasCrlf = !source.includes('\r\n') || page.text.includes('\r\n');
    const hasLf = !/[^\r]\n/.test(` ${source}`) || /[^\r]\n/.test(page.text);
    return (
      hasCrlf &&
      hasLf &&
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

/**
 * Puts one alias or merge key back in place of its copy. Undefined where the document does not mean the same with it
 * any more, because the anchor is gone or its value is another.
 */
export const undoExpansion = (page: Page, root: Node, rootPath: Path, expanded: Expanded): string | undefined => {
  const edit =
    expanded.kind === 'alias'
      ? aliasEdit(root, [...rootPath, ...expanded.path], expanded.source)
      : mergeEdit(root, [...rootPath, ...expanded.path], expanded);
  if (edit === undefined) return undefined;
  const text = applyEdits(page.text, [edit]);
  const again = parseNode(text);
  return again.ok && again.value !== undefined && sameValue(toValue(again.value.root), toValue(root))
    ? text
    : undefined;
};

const aliasEdit = (root: Node, path: Path, source: string): Edit | undefined => {
  const found = find(root, path);
  if (found === undefined) return undefined;
  const pair = found.parent.kind === 'map' ? found.parent.pairs[found.index] : undefined;
  return { start: pair?.colonEnd ?? found.value.start, end: found.end, text: source };
};

const mergeEdit = (root: Node, path: Path, expanded: Extract<Expanded, { kind: 'merge' }>): Edit | undefined => {
  const map = path.length === 0 ? root : find(root, path)?.value;
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
