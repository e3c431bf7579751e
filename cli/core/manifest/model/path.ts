import type { Item, MapNode, Node, Pair } from './node.ts';
import { isMapValue, isSeqValue, type Value } from './value.ts';

/** One step down: a key of a map, a place in a sequence, or the item of a sequence with that `name`. */
export type Step = string | number | { readonly name: string };
export type Path = readonly Step[];

/** `spec.template.spec.containers[web].lifecycle`: how kubectl and the API server name a field. */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (typeof step === 'object') return `${text}[${step.name}]`;
    if (step === '' || /[./]/.test(step)) return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');

/** Whether two paths of keys and places are the same. A step that names an item is the same only as itself. */
export const samePath = (a: Path, b: Path): boolean =>
  a.length === b.length && a.every((step, index) => step === b[index]);

/** The last pair with that key: for the API server the last of duplicate keys wins. */
export const findPair = (map: MapNode, key: string): Pair | undefined => map.pairs.findLast((pair) => pair.key === key);

/** The item a step names; as in a JSON pointer, a number may be written as text (RFC 6901 §4). */
export const findItem = (items: readonly Item[], step: Step): Item | undefined => {
  if (typeof step === 'number') return items[step];
  if (typeof step === 'string') return /^(0|[1-9]\d*)$/.test(step) ? items[Number(step)] : undefined;
  return items.find((item) => itemName(item.value) === step.name);
};

const itemName = (node: Node): string | undefined => {
  if (node.kind === 'alias') return node.target === undefined ? undefined : itemName(node.target);
  if (node.kind !== 'map') return undefined;
  const name = findPair(node, 'name')?.value;
  if (name?.kind === 'scalar') return name.text;
  return name?.kind === 'alias' && name.target?.kind === 'scalar' ? name.target.text : undefined;
};

/** The value at a path, undefined where there is none. */
export const valueAt = (value: Value | undefined, path: Path): Value | undefined =>
  path.reduce<Value | undefined>((current, step) => {
    if (typeof step === 'string')
      return isMapValue(current) && Object.hasOwn(current, step) ? current[step] : undefined;
    if (!isSeqValue(current)) return undefined;
    if (typeof step === 'number') return current[step];
    return current.find((item) => isMapValue(item) && item['name'] === step.name);
  }, value);

/** The offset of the deepest thing of a path that exists: a key where there is one, else an item. */
export const offsetOf = (root: Node, path: Path): number => {
  let node: Node | undefined = root;
  let offset = root.start;
  for (const step of path) {
    while (node?.kind === 'alias') node = node.target;
    if (node?.kind === 'map' && typeof step === 'string') {
      const pair = findPair(node, step);
      if (pair === undefined) return offset;
      offset = pair.keyStart;
      node = pair.value;
    } else if (node?.kind === 'seq') {
      const item = findItem(node.items, step);
      if (item === undefined) return offset;
      offset = item.value.start;
      node = item.value;
    } else {
      return offset;
    }
  }
  return offset;
};
