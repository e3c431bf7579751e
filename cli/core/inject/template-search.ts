import { type MapNode, type Node, resolveAlias } from '../manifest/model/node.ts';
import { findPair, formatPath, type Path } from '../manifest/model/path.ts';
import { resolvePlain } from '../manifest/model/scalar.ts';
import type { ManifestObject } from '../manifest/object/object.ts';
import { canSay } from '../settings/workload-kinds.ts';

/** A step down to a node: its key or number, and the map or list it starts from. */
interface Descent {
  readonly step: string | number;
  readonly from: Node;
}

/** The way to a map with annotations, from the object's root. */
export interface Annotated {
  readonly way: readonly Descent[];
  readonly path: readonly (string | number)[];
}

/** Where in an object there are annotations of a kind. Linear in the document. */
export const annotatedPlaces = (root: Node, isWanted: (map: MapNode) => boolean): readonly Annotated[] => {
  const found: Annotated[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node, way: readonly Descent[]): void => {
    const resolved = resolveAlias(node);
    if (resolved?.kind === 'map' && isWanted(resolved)) found.push({ way, path: way.map(({ step }) => step) });
    if (resolved === undefined || seen.has(resolved)) return;
    seen.add(resolved);
    if (resolved.kind === 'seq') {
      for (const [index, { value }] of resolved.items.entries())
        visit(value, [...way, { step: index, from: resolved }]);
    }
    if (resolved.kind !== 'map') return;
    for (const { key, value, merge } of resolved.pairs) {
      if (merge) for (const source of mergedNodes(value)) visit(source, way);
      else if (key !== undefined) visit(value, [...way, { step: key, from: resolved }]);
    }
  };
  visit(root, []);
  return found;
};

/** What a `<<` brings in: one map, or several in a list. */
const mergedNodes = (value: Node): readonly Node[] => {
  const resolved = resolveAlias(value);
  return resolved?.kind === 'seq' ? resolved.items.map((item) => item.value) : [value];
};

/** A pod template: where it is, and its parts below that. */
export interface Template {
  readonly path: Path;
  readonly metadata: Path;
  readonly spec: Path;
}

/** The nearest map around annotations in which there is a pod spec: itself, the value of one of its keys, or of one below. */
export const templateAround = (place: Annotated): Template | undefined =>
  place.path.at(-1) === 'annotations' ? (templateWithin(place, 1) ?? templateWithin(place, 2)) : undefined;

const templateWithin = ({ way, path }: Annotated, depth: number): Template | undefined => {
  for (let length = way.length - 1; length >= Math.max(0, way.length - 3); length -= 1) {
    const spec = specIn(way[length]?.from, depth);
    if (spec !== undefined) return { path: path.slice(0, length), metadata: path.slice(length, -1), spec };
  }
  return undefined;
};

const specIn = (node: Node | undefined, depth: number): Path | undefined => {
  const map = resolveAlias(node);
  if (map?.kind !== 'map') return undefined;
  if (hasContainers(map)) return [];
  if (depth === 0) return undefined;
  for (const { key, value } of map.pairs) {
    const below = key === undefined ? undefined : specIn(value, depth - 1);
    if (key !== undefined && below !== undefined) return [key, ...below];
  }
  return undefined;
};

const hasContainers = (node: Node): boolean => {
  const resolved = resolveAlias(node);
  return resolved?.kind === 'map' && resolveAlias(findPair(resolved, 'containers')?.value)?.kind === 'seq';
};

/** The place of a template that no item of `workloads` can name, if there is one. */
export const unnamedPlace = ({ path, metadata, spec }: Template): Path | undefined =>
  [path, [...path, ...metadata], [...path, ...spec]].find((place) => !place.every(isNamed));

const isNamed = (step: Path[number]): boolean => typeof step === 'string' && /^[\w-]+$/.test(step);

/** An item of `workloads`, in flow style; the usual parts are left out. Undefined where no item can say it. */
export const workloadItem = (ref: ManifestObject['ref'], template: Template): string | undefined => {
  const { path, metadata, spec } = template;
  if (unnamedPlace(template) !== undefined || !canSay('group', ref.group) || !canSay('kind', ref.kind))
    return undefined;
  const text = (value: Path): string => plainOrQuoted(formatPath(value));
  const parts = [
    ...(ref.group === '' ? [] : [`group: ${plainOrQuoted(ref.group)}`]),
    `kind: ${plainOrQuoted(ref.kind)}`,
    `path: ${text(path)}`,
    ...(formatPath(metadata) === 'metadata' ? [] : [`metadata: ${text(metadata)}`]),
    ...(formatPath(spec) === 'spec' ? [] : [`spec: ${text(spec)}`]),
  ];
  return `{${parts.join(', ')}}`;
};

/** Without quotes where YAML reads a text and nothing else. */
const plainOrQuoted = (text: string): string =>
  /^[A-Za-z]/.test(text) && resolvePlain(text).type === 'string' ? text : `"${text}"`;
