import { isMapValue, isSeqValue, type MapValue, sameValue, type Value } from './value.ts';

/** One operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: Value;
}

/** The operations that make `after` of `before`, in an order in which every path exists when its turn comes. */
export const diffValues = (before: Value, after: Value, path = ''): readonly PatchOperation[] => {
  if (sameValue(before, after)) return [];
  if (isMapValue(before) && isMapValue(after)) return diffMaps(before, after, path);
  if (isSeqValue(before) && isSeqValue(after)) return diffLists(before, after, path);
  return [{ op: 'replace', path, value: after }];
};

const diffMaps = (before: MapValue, after: MapValue, path: string): readonly PatchOperation[] => {
  const at = (key: string): string => `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...removed.map((key): PatchOperation => ({ op: 'remove', path: at(key) })),
    ...Object.entries(after).flatMap(([key, value]): readonly PatchOperation[] => {
      const old = Object.hasOwn(before, key) ? before[key] : undefined;
      return old === undefined ? [{ op: 'add', path: at(key), value }] : diffValues(old, value, at(key));
    }),
  ];
};

/** New items side by side, as daps puts them; else item by item, or the whole list. */
const diffLists = (before: readonly Value[], after: readonly Value[], path: string): readonly PatchOperation[] => {
  const extra = after.length - before.length;
  const differs = before.findIndex((item, index) => !sameValue(item, after[index] ?? null));
  const behind = differs < 0 ? before.length : differs;
  if (extra > 0 && sameValue(before.slice(behind), after.slice(behind + extra))) {
    return after
      .slice(behind, behind + extra)
      .reverse()
      .map((value): PatchOperation => ({ op: 'add', path: `${path}/${behind}`, value }));
  }
  if (extra !== 0) return [{ op: 'replace', path, value: after }];
  return before.flatMap((item, index) => diffValues(item, after[index] ?? null, `${path}/${index}`));
};
