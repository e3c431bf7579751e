import type { Change } from './change.ts';

/** Changes of one list or map made one, in their order: a list that is not there can be made only once. */
export const mergeChanges = (changes: readonly Change[]): readonly Change[] => {
  const merged = new Map<string, Change>();
  for (const change of changes) {
    const key = `${change.op} ${JSON.stringify(change.path)}`;
    const earlier = merged.get(key);
    if (earlier?.op === 'insert' && change.op === 'insert')
      merged.set(key, { ...earlier, items: [...earlier.items, ...change.items] });
    else if (earlier?.op === 'merge' && change.op === 'merge')
      merged.set(key, { ...earlier, entries: { ...earlier.entries, ...change.entries } });
    else merged.set(key, change);
  }
  return [...merged.values()];
};
