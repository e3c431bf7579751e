import { mergeSources } from './expanded-size.ts';
import type { MapNode, Node, ScalarNode } from './node.ts';
import { resolveAlias } from './node.ts';
import { resolvePlain, resolveTagged, type Typed } from './scalar.ts';

/** A plain value as the API server would hold it. Numbers keep their source, so that no digit is lost. */
export type Value = null | boolean | string | NumberValue | readonly Value[] | MapValue;
export interface MapValue {
  readonly [key: string]: Value;
}
export class NumberValue {
  readonly source: string;
  readonly number: bigint | number;
  constructor(source: string, number: bigint | number) {
    this.source = source;
    this.number = number;
  }
}

/** A plain scalar as it is written. */
export class SourceText {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** What is to be written: values, and scalars whose text is copied. */
export type Written = Value | SourceText | readonly Written[] | { readonly [key: string]: Written };

export const int = (value: number): NumberValue => new NumberValue(String(value), BigInt(value));

export const isMapValue = (value: Value | undefined): value is MapValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberValue);

export const isSeqValue = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

/** What a scalar means to the API server, its quotes and tag considered. */
const typedScalar = ({ text, style, tag }: ScalarNode): Typed => {
  if (tag !== undefined) return resolveTagged(tag, text) ?? { type: 'string', value: text };
  return style === 'plain' ? resolvePlain(text) : { type: 'string', value: text };
};

/** The whole value of a node: aliases and merge keys resolved, the last of duplicate keys taken. */
export const toValue = (node: Node): Value => resolve<Value>(node, scalarValue);

/** The same for a copy: other readers take `y`, `on` and `0644` for something else than go-yaml does, so they stay. */
export const toWritten = (node: Node): Written => resolve<Written>(node, scalarWritten);

type Resolved<T> = null | readonly Resolved<T>[] | { readonly [key: string]: Resolved<T> } | T;

const resolve = <T>(node: Node, scalar: (node: ScalarNode) => T): Resolved<T> => {
  const merged: Merged = new Map();
  const visit = (current: Node): Resolved<T> => {
    const resolved = resolveAlias(current);
    switch (resolved?.kind) {
      case undefined:
        return null;
      case 'scalar':
        return scalar(resolved);
      case 'seq':
        return resolved.items.map((item) => visit(item.value));
      case 'map':
        return Object.fromEntries(effectivePairs(resolved, merged).map(([key, value]) => [key, visit(value)]));
    }
  };
  return visit(node);
};

/** Text that means the same in block and in flow style. */
const movableText = /^[\w.+~][\w.+~-]*$|^-[\w.]+$/;

const scalarWritten = (node: ScalarNode): Written =>
  node.style === 'plain' && node.tag === undefined && movableText.test(node.text)
    ? new SourceText(node.text)
    : scalarValue(node);

const scalarValue = (node: ScalarNode): Value => {
  const typed = typedScalar(node);
  switch (typed.type) {
    case 'null':
      return null;
    case 'bool':
    case 'string':
      return typed.value;
    case 'int':
    case 'float':
      return new NumberValue(node.text, typed.value);
  }
};

type EffectivePairs = readonly (readonly [string, Node])[];
type Merged = Map<MapNode, EffectivePairs>;

/**
 * The pairs a map has for the API server. go-yaml v2 reads them in order, merge keys included, and a later one wins
 * (decode.go `mapping` and `merge`).
 */
export const effectivePairs = (map: MapNode, merged: Merged = new Map()): EffectivePairs => {
  const found = new Map<string, Node>();
  for (const pair of map.pairs) {
    if (pair.merge) {
      for (const source of mergeSources(pair.value)) {
        for (const [key, value] of mergedPairs(source, merged)) found.set(key, value);
      }
    } else if (pair.key !== undefined) {
      found.set(pair.key, pair.value);
    }
  }
  return [...found];
};

/** A map that many others bring in is gone through once. */
const mergedPairs = (source: MapNode, merged: Merged): EffectivePairs => {
  const pairs = merged.get(source) ?? effectivePairs(source, merged);
  merged.set(source, pairs);
  return pairs;
};

/** Whether two values are the same object to the API server: order of keys and spelling of numbers apart. */
export const sameValue = (a: Value | undefined, b: Value | undefined): boolean => {
  if (a === b) return true;
  if (a instanceof NumberValue && b instanceof NumberValue)
    return (
      Object.is(Number(a.number), Number(b.number)) &&
      (typeof a.number !== typeof b.number || a.number === b.number || Number.isNaN(a.number))
    );
  if (isSeqValue(a) && isSeqValue(b))
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (isMapValue(a) && isMapValue(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
    );
  }
  return false;
};

/** Whether a `<<` has something that can be merged: a map, or a sequence of maps. */
export const isMergeable = (value: Node): boolean => mergeSources(value).length > 0;
