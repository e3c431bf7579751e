import { unreachable } from '../../../../proxy/contract/unreachable.ts';
import type { Path } from '../model/path.ts';
import { isMapValue, isSeqValue, type Value } from '../model/value.ts';
import type { Change } from './change.ts';

/** What a change means: the value an object has afterwards. The splices are checked against it. */
export const changeValue = (value: Value, change: Change): Value =>
  update(value, change.path, (old) => {
    switch (change.op) {
      case 'set':
        return change.value;
      case 'merge':
        return { ...(isMapValue(old) ? old : {}), ...change.entries };
      case 'insert': {
        const items = isSeqValue(old) ? old : [];
        const behind = change.behind ?? 0;
        return [...items.slice(0, behind), ...change.items, ...items.slice(behind)];
      }
      default:
        return unreachable(change);
    }
  });

const update = (value: Value | undefined, path: Path, leaf: (old: Value | undefined) => Value): Value => {
  const [step, ...rest] = path;
  if (step === undefined) return leaf(value);
  if (typeof step === 'string') {
    const map = isMapValue(value) ? value : {};
    return { ...map, [step]: update(Object.hasOwn(map, step) ? map[step] : undefined, rest, leaf) };
  }
  const items = isSeqValue(value) ? value : [];
  return items.map((item, index) => {
    const isMeant = typeof step === 'number' ? index === step : isMapValue(item) && item['name'] === step.name;
    return isMeant ? update(item, rest, leaf) : item;
  });
};
