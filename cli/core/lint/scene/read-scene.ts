import { type ReadDocument, readDocument } from '../../document/document.ts';
import type { InjectContext } from '../../inject/inject.ts';
import type { Input } from '../../inject/inputs.ts';
import { uninjectDocument } from '../../inject/uninject.ts';
import { isMapValue, type MapValue, toValue } from '../../manifest/model/value.ts';
import { objectsIn } from '../../manifest/object/object.ts';
import { findWorkloadKind } from '../../manifest/object/workload.ts';
import { positionFinder } from '../../manifest/text/position.ts';
import { splitStream } from '../../manifest/text/stream.ts';
import { isMeantForDapr } from '../../plan/plan.ts';
import { readComponent, readDaprObject, readSubscription } from './read-dapr-object.ts';
import { readWorkload } from './read-workload.ts';
import type { LintFacts, Scene, SceneObject } from './scene.ts';
import type { DocumentPlace } from './spot.ts';
import { isWanted, secretsNamed } from './wanted.ts';

/** Reads all inputs into a scene. Documents that cannot be read are left out: `injectInputs` reports them. */
export const readScene = (inputs: readonly Input[], context: InjectContext, options: LintFacts): Scene => {
  const secrets = secretsNamed(inputs.map(({ text }) => text));
  const objects = inputs.flatMap((input, index) => objectsOf(input, index, context, secrets));
  const ofKind = (group: string, kind: string): readonly SceneObject[] =>
    objects.filter(({ ref }) => ref.group === group && ref.kind === kind);
  const workloads = objects.flatMap((object) => {
    const kind = findWorkloadKind(context.kinds, object.ref);
    return kind === undefined || !isMeantForDapr(object.value, kind)
      ? []
      : [readWorkload(object, kind, context, options)];
  });
  return {
    workloads,
    components: ofKind('dapr.io', 'Component').map(readComponent),
    subscriptions: ofKind('dapr.io', 'Subscription').map(readSubscription),
    resiliencies: ofKind('dapr.io', 'Resiliency').map(readDaprObject),
    configurations: ofKind('dapr.io', 'Configuration').map(readDaprObject),
    scaledObjects: ofKind('keda.sh', 'ScaledObject'),
    autoscalers: ofKind('autoscaling', 'HorizontalPodAutoscaler'),
    disruptionBudgets: ofKind('policy', 'PodDisruptionBudget'),
    services: ofKind('', 'Service'),
    networkPolicies: ofKind('networking.k8s.io', 'NetworkPolicy'),
    givenKinds: new Set(objects.map(({ ref }) => ref.kind)),
    secrets: ofKind('', 'Secret'),
    options,
  };
};

/** An object as it was read, and as it stood before daps injected it. */
export interface ReadObject extends SceneObject {
  /** As it stands in the input. */
  readonly written: MapValue;
}

const objectsOf = (
  input: Input,
  inputIndex: number,
  { kinds }: InjectContext,
  secrets: ReadonlySet<string>,
): readonly ReadObject[] => {
  if (!isWanted(input.text, secrets)) return [];
  const positionOf = positionFinder(input.text);
  return splitStream(input.text).flatMap(({ start, end }) => {
    const text = input.text.slice(start, end);
    const read = isWanted(text, secrets) ? readDocument(text, kinds) : undefined;
    if (read?.ok !== true || read.value === undefined) return [];
    const document: DocumentPlace = {
      input: input.name,
      inputIndex,
      start,
      text,
      root: read.value.tree.root,
      positionOf,
    };
    return readObjects(read.value, document, kinds);
  });
};

const readObjects = (
  read: ReadDocument,
  document: DocumentPlace,
  kinds: InjectContext['kinds'],
): readonly ReadObject[] => {
  const before = beforeInjection(read, kinds);
  return read.objects.flatMap(({ ref, node, path }, index) => {
    const written = toValue(node);
    const value = before?.[index] ?? written;
    return isMapValue(written) && isMapValue(value)
      ? [{ ref, value, written, spot: { document, objectPath: path } }]
      : [];
  });
};

/** The objects of a document that daps injected, as they stood before; undefined for any other document. */
const beforeInjection = (read: ReadDocument, kinds: InjectContext['kinds']): readonly MapValue[] | undefined => {
  if (!read.text.includes('daps.io/status')) return undefined;
  const clean = uninjectDocument(read, kinds);
  if (!clean.ok || clean.value.workloads.length === 0) return undefined;
  const again = readDocument(clean.value.text, kinds);
  if (!again.ok || again.value === undefined) return undefined;
  const values = objectsIn(again.value.tree.root).map(({ node }) => toValue(node));
  return values.length === read.objects.length && values.every(isMapValue) ? values : undefined;
};
