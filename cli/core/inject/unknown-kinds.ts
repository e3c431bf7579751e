import { isTruthy } from '../dapr/truthy.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Located, ReadDocument } from '../document/document.ts';
import { type MapNode, resolveAlias } from '../manifest/model/node.ts';
import { findPair, formatPath } from '../manifest/model/path.ts';
import type { ManifestObject } from '../manifest/object/object.ts';
import { findWorkloadKind, type WorkloadKind } from '../manifest/object/workload.ts';
import { enabledAnnotation, statusAnnotation } from '../plan/annotations.ts';
import {
  type Annotated,
  annotatedPlaces,
  type Template,
  templateAround,
  unnamedPlace,
  workloadItem,
} from './template-search.ts';

/** Objects that ask for Dapr where daps knows no pod template: what to write so that it does, or why it cannot. */
export const unknownKindProblems = (read: ReadDocument, kinds: readonly WorkloadKind[]): readonly Located[] =>
  /dapr\.io\\?\/enabled/.test(read.text)
    ? unknownObjects(read, kinds).flatMap((object) => found(object, asking(object), enabledAnnotation, askingProblem))
    : [];

/** Objects that daps injected once, as it knew of a settings file where their pod templates are, and now it does not. */
export const unknownInjectedProblems = (read: ReadDocument, kinds: readonly WorkloadKind[]): readonly Located[] =>
  /daps\.io\\?\/status/.test(read.text)
    ? unknownObjects(read, kinds).flatMap((object) =>
        found(object, annotatedPlaces(object.node, hasStatus), statusAnnotation, injectedProblem),
      )
    : [];

/** A Knative Service has a warning of its own. */
const unknownObjects = (read: ReadDocument, kinds: readonly WorkloadKind[]): readonly ManifestObject[] =>
  read.objects.filter(
    ({ ref }) =>
      findWorkloadKind(kinds, ref) === undefined && !(ref.group === 'serving.knative.dev' && ref.kind === 'Service'),
  );

/** The object's own annotations make no pods. */
const asking = ({ node }: ManifestObject): readonly Annotated[] =>
  annotatedPlaces(node, isEnabling).filter(
    ({ path }) => !(path.length === 2 && path[0] === 'metadata' && path[1] === 'annotations'),
  );

const isEnabling = (map: MapNode): boolean => {
  const enabled = resolveAlias(findPair(map, enabledAnnotation)?.value);
  return enabled?.kind === 'scalar' && isTruthy(enabled.text);
};

const hasStatus = (map: MapNode): boolean => findPair(map, statusAnnotation) !== undefined;

interface Asked {
  readonly ref: ManifestObject['ref'];
  readonly template: Template | undefined;
  readonly isInList: boolean;
}

/** One problem an object, where an annotation stands: in a pod template, if there is one. */
const found = (
  { ref, path: objectPath }: ManifestObject,
  places: readonly Annotated[],
  annotation: string,
  problemOf: (asked: Asked) => Problem,
): readonly Located[] => {
  const searched = places.map((place) => ({ place, template: templateAround(place) }));
  const first = searched.find(({ template }) => template !== undefined) ?? searched[0];
  if (first === undefined) return [];
  const { place, template } = first;
  const isInList = place.path.some((step) => typeof step === 'number');
  return [
    { problem: { ...problemOf({ ref, template, isInList }), path: [...place.path, annotation] }, ref, objectPath },
  ];
};

const askingProblem = ({ ref, template, isInList }: Asked): Problem => {
  const { kind } = ref;
  if (kind === '' || template === undefined || isInList) return problem('no-pod-template', { kind, isInList });
  const item = workloadItem(ref, template);
  return item === undefined
    ? problem('unnamed-pod-template', { kind, place: formatPath(unnamedPlace(template) ?? template.path) })
    : problem('unknown-kind', { kind, item });
};

const injectedProblem = ({ ref, template }: Asked): Problem =>
  problem('unknown-injected-kind', {
    kind: ref.kind,
    item: template === undefined ? undefined : workloadItem(ref, template),
  });
