import { type MapNode, type Node, resolveAlias } from '../model/node.ts';
import { findPair, type Path } from '../model/path.ts';
import { effectivePairs } from '../model/value.ts';
import { parseApiVersion, type ResourceRef } from './resource-ref.ts';

/** One Kubernetes object of a document, and where it stands: several where the document is a List. */
export interface ManifestObject {
  readonly ref: ResourceRef;
  readonly node: MapNode;
  readonly path: Path;
}

interface Inherited {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The objects of a document: its own, or the items of a List, a typed List, a ResourceList or a JSON array. */
export const objectsIn = (root: Node): readonly ManifestObject[] => collect(root, [], { apiVersion: '', kind: '' });

const collect = (node: Node, path: Path, inherited: Inherited): readonly ManifestObject[] => {
  const resolved = resolveAlias(node);
  if (resolved?.kind === 'seq')
    return resolved.items.flatMap((item, index) => collect(item.value, [...path, index], inherited));
  if (resolved?.kind !== 'map') return [];
  const apiVersion = textAt(resolved, 'apiVersion') || inherited.apiVersion;
  const kind = textAt(resolved, 'kind') || inherited.kind;
  const items = resolveAlias(effectiveValue(resolved, 'items'));
  if (kind.endsWith('List') && items?.kind === 'seq') {
    const itemKind =
      kind === 'List' || kind === 'ResourceList'
        ? { apiVersion: '', kind: '' }
        : { apiVersion, kind: kind.slice(0, -'List'.length) };
    return items.items.flatMap((item, index) => collect(item.value, [...path, 'items', index], itemKind));
  }
  return [{ ref: readRef(resolved, apiVersion, kind), node: resolved, path }];
};

const readRef = (map: MapNode, apiVersion: string, kind: string): ResourceRef => {
  const metadata = resolveAlias(effectiveValue(map, 'metadata'));
  const meta = metadata?.kind === 'map' ? metadata : undefined;
  const name = meta === undefined ? '' : textAt(meta, 'name') || textAt(meta, 'generateName');
  return { ...parseApiVersion(apiVersion), kind, name, namespace: meta === undefined ? '' : textAt(meta, 'namespace') };
};

const textAt = (map: MapNode, key: string): string => {
  const value = resolveAlias(effectiveValue(map, key));
  return value?.kind === 'scalar' ? value.text : '';
};

/** Merge keys bring in names of objects too. */
const effectiveValue = (map: MapNode, key: string): Node | undefined =>
  map.pairs.some(({ merge }) => merge)
    ? effectivePairs(map).findLast(([name]) => name === key)?.[1]
    : findPair(map, key)?.value;
