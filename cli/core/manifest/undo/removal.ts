import type { Item, MapNode, Node, Pair, SeqNode } from '../model/node.ts';
import { findItem, findPair, type Path } from '../model/path.ts';
import type { Edit } from '../text/splice.ts';
import type { TextStyle } from '../write/insertion.ts';

/** An entry of a map or sequence, and where it stands. */
export interface FoundEntry {
  readonly parent: MapNode | SeqNode;
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly value: Node;
}

/** What a path names. */
export const findEntry = (root: Node, path: Path): FoundEntry | undefined => {
  let node: Node = root;
  let found: FoundEntry | undefined;
  for (const step of path) {
    const child = childEntry(node, step);
    if (child === undefined) return undefined;
    found = child;
    node = child.value;
  }
  return found;
};

/** One step further. */
export const childEntry = (node: Node, step: Path[number]): FoundEntry | undefined => {
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

export const entriesOf = (parent: MapNode | SeqNode): readonly (Pair | Item)[] =>
  parent.kind === 'map' ? parent.pairs : parent.items;

/** The edits that take entries away, neighbours together. */
export const removeEntries = (page: TextStyle, found: readonly FoundEntry[]): readonly Edit[] =>
  mergeLines(page, removalsOf(page, found));

/** A range to delete. Whole lines that follow each other are deleted as one. */
interface Removal {
  readonly start: number;
  readonly end: number;
  readonly wholeLines: boolean;
}

/** At the end of a text without a last line end, the line end before the removed lines goes with them. */
const mergeLines = (page: TextStyle, removals: readonly Removal[]): readonly Edit[] => {
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
    const atEnd = wholeLines && end === page.text.length && page.lines.startOf(end) < end;
    return { start: atEnd ? endOfLineBefore(page, start) : start, end, text: '' };
  });
};

const endOfLineBefore = ({ lines }: TextStyle, start: number): number =>
  start === 0 ? 0 : Math.min(start - 1, lines.endOf(lines.startOf(start - 1)));

/**
 * Lines go one by one; in flow style neighbours go together, with the separator behind or before them. So do the keys
 * behind one that shares the line of its dash: what is left moves up there.
 */
const removalsOf = (page: TextStyle, found: readonly FoundEntry[]): readonly Removal[] => {
  const inline = new Map<MapNode | SeqNode, Set<number>>();
  const lines: Removal[] = [];
  for (const { parent, index, start, end } of [...found].sort((a, b) => a.start - b.start)) {
    const isBehindInline = inline.get(parent)?.has(index - 1) === true;
    if (!parent.flow && !isBehindInline && page.lines.isFirstOn(start))
      lines.push({ start: page.lines.startOf(start), end: page.lines.nextAfter(end), wholeLines: true });
    else inline.set(parent, (inline.get(parent) ?? new Set()).add(index));
  }
  return [
    ...lines,
    ...[...inline].flatMap(([parent, indexes]) => runsOf(indexes).map((run) => runRemoval(parent, run))),
  ];
};

type Run = { readonly first: number; readonly last: number };

const runsOf = (indexes: ReadonlySet<number>): readonly Run[] => {
  const runs: { first: number; last: number }[] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === index - 1) run.last = index;
    else runs.push({ first: index, last: index });
  }
  return runs;
};

const runRemoval = (parent: MapNode | SeqNode, { first, last }: Run): Removal => {
  const entries = entriesOf(parent);
  const start = entries[first]?.start ?? 0;
  const end = entries[last]?.value.end ?? 0;
  const next = entries[last + 1];
  if (next !== undefined && (first === 0 || !parent.flow)) return { start, end: next.start, wholeLines: false };
  return { start: entries[first - 1]?.value.end ?? start, end, wholeLines: false };
};
