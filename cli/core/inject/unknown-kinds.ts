import { isTruthy } from '../dapr/truthy.ts';
import { problem } from '../diagnostic.ts';
import { type MapNode, type Node, resolveAlias } from '../manifest/node.ts';
import type { ManifestObject } from '../manifest/object.ts';
import { findPair, formatPath, type Path } from '../manifest/path.ts';
import { findWorkloadKind, type WorkloadKind } from '../manifest/workload.ts';
import { enabledAnnotation } from '../plan/annotations.ts';
import type { Located, ReadDocument } from './document.ts';

/** Objects that ask for Dapr where daps knows no pod template: what to write so that it does, or why it cannot. */
export const unknownKindProblems = (read: ReadDocument, kinds: readonly WorkloadKind[]): readonly Located[] =>
  /dapr\.io\\?\/enabled/.test(read.text)
    ? read.objects.filter(({ ref }) => isUnknown(kinds, ref)).flatMap((object) => problemsOf(object))
    : [];

/** A Knative Service has a warning of its own. */
const isUnknown = (kinds: readonly WorkloadKind[], ref: ManifestObject['ref']): boolean =>
  findWorkloadKind(kinds, ref) === undefined && !(ref.group === 'serving.knative.dev' && ref.kind === 'Service');

const problemsOf = ({ ref, node, path }: ManifestObject): readonly Located[] => {
  const places = enabledPlaces(node).map((place) => ({ place, template: templateAround(place) }));
  const found = places.find(({ template }) => template !== undefined) ?? places[0];
  if (found === undefined) return [];
  const { place, template } = found;
  const keys = place.map(({ step }) => step);
  const isInList = keys.some((step) => typeof step === 'number');
  const args = { kind: ref.kind, isInList };
  return [
    {
      problem:
        ref.kind === '' || template === undefined || isInList
          ? problem('no-pod-template', args, [...keys, enabledAnnotation])
          : problem('unknown-kind', { kind: ref.kind, item: workloadItem(ref, template) }, [
              ...keys,
              enabledAnnotation,
            ]),
      ref,
      objectPath: path,
    },
  ];
};

/** A step down to a node: its key or number, and the map or list it starts from. */
interface Descent {
  readonly step: string | number;
  readonly from: Node;
}

/** Where `dapr.io/enabled` says yes, the object's own annotations left out, which make no pods. Linear in the document. */
const enabledPlaces = (root: Node): readonly (readonly Descent[])[] => {
  const found: (readonly Descent[])[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node, way: readonly Descent[]): void => {
    const resolved = resolveAlias(node);
    if (resolved?.kind === 'map' && isEnabling(resolved) && !isOwn(way)) found.push(way);
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

const isEnabling = (map: MapNode): boolean => {
  const enabled = resolveAlias(findPair(map, enabledAnnotation)?.value);
  return enabled?.kind === 'scalar' && isTruthy(enabled.text);
};

const isOwn = (way: readonly Descent[]): boolean => formatPath(way.map(({ step }) => step)) === 'metadata.annotations';

/** What a `<<` brings in: one map, or several in a list. */
const mergedNodes = (value: Node): readonly Node[] => {
  const resolved = resolveAlias(value);
  return resolved?.kind === 'seq' ? resolved.items.map((item) => item.value) : [value];
};

interface Template {
  readonly path: Path;
  readonly metadata: Path;
  readonly spec: Path;
}

/** The nearest map around annotations in which there is a pod spec: itself, or the value of one of its keys. */
const templateAround = (place: readonly Descent[]): Template | undefined => {
  const steps = place.map(({ step }) => step);
  if (steps.at(-1) !== 'annotations') return undefined;
  for (let length = place.length - 1; length >= Math.max(0, place.length - 3); length -= 1) {
    const from = place[length]?.from;
    const spec = from?.kind === 'map' ? specIn(from) : undefined;
    if (spec !== undefined) return { path: steps.slice(0, length), metadata: steps.slice(length, -1), spec };
  }
  return undefined;
};

const specIn = (map: MapNode): Path | undefined => {
  if (hasContainers(map)) return [];
  const key = map.pairs.find(({ value }) => hasContainers(value))?.key;
  return key === undefined ? undefined : [key];
};

const hasContainers = (node: Node): boolean => {
  const resolved = resolveAlias(node);
  return resolved?.kind === 'map' && resolveAlias(findPair(resolved, 'containers')?.value)?.kind === 'seq';
};

/** An item of `workloads`, in flow style; the usual parts are left out. */
const workloadItem = (ref: ManifestObject['ref'], { path, metadata, spec }: Template): string => {
  const text = (value: Path): string => formatPath(value) || '""';
  const parts = [
    ...(ref.group === '' ? [] : [`group: ${ref.group}`]),
    `kind: ${ref.kind}`,
    `path: ${text(path)}`,
    ...(text(metadata) === 'metadata' ? [] : [`metadata: ${text(metadata)}`]),
    ...(text(spec) === 'spec' ? [] : [`spec: ${text(spec)}`]),
  ];
  return `{${parts.join(', ')}}`;
};
