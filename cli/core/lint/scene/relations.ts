import { valueAt } from '../../manifest/model/path.ts';
import { isMapValue, type MapValue } from '../../manifest/model/value.ts';
import { mapOf, textOf } from '../../manifest/object/pod.ts';
import { pathInObject } from '../../manifest/object/workload.ts';
import type { Component, DaprObject, LintWorkload, Scene, SceneObject, Subscription } from './scene.ts';

/** Whether two objects are, or may be, in one namespace: one whose namespace is unknown may be in any. */
export const isSameNamespace = (a: string, b: string): boolean => a === b || a === '' || b === '';

/** Whether an object of Dapr's is for a workload: in its namespace, and scoped to its app-id or to nobody in particular. */
export const isFor = (object: DaprObject, { namespace, appId }: LintWorkload): boolean =>
  isSameNamespace(object.ref.namespace, namespace) && (object.scopes.length === 0 || object.scopes.includes(appId));

/** The Components a workload loads. */
export const componentsFor = (scene: Scene, workload: LintWorkload): readonly Component[] =>
  scene.components.filter((component) => isFor(component, workload));

/** The pub/sub Components a workload loads. A workload without an app-port receives nothing through them. */
export const pubsubsFor = (scene: Scene, workload: LintWorkload): readonly Component[] =>
  workload.dapr.appPort === undefined
    ? []
    : componentsFor(scene, workload).filter(({ type }) => type.startsWith('pubsub.'));

/** The Subscriptions of a Component, by its name. */
export const subscriptionsTo = (scene: Scene, component: Component): readonly Subscription[] =>
  scene.subscriptions.filter(
    ({ pubsub, ref }) => pubsub === component.ref.name && isSameNamespace(ref.namespace, component.ref.namespace),
  );

/** The workloads that load a Component and have an app-port. */
export const receiversOf = (scene: Scene, component: Component): readonly LintWorkload[] =>
  scene.workloads.filter((workload) => workload.dapr.appPort !== undefined && isFor(component, workload));

/** The Configuration a workload names (`dapr.io/config`), where it was given. */
export const configurationOf = (scene: Scene, workload: LintWorkload): DaprObject | undefined => {
  const name = workload.annotations.get('dapr.io/config');
  return scene.configurations.find(
    ({ ref }) => ref.name === name && isSameNamespace(ref.namespace, workload.namespace),
  );
};

/** Objects whose `spec.scaleTargetRef` is a workload (HorizontalPodAutoscaler, ScaledObject; kind: Deployment by default). */
export const scaling = (objects: readonly SceneObject[], workload: LintWorkload): readonly SceneObject[] =>
  objects.filter(({ ref, value }) => {
    const target = mapOf(valueAt(value, ['spec', 'scaleTargetRef']));
    return (
      isSameNamespace(ref.namespace, workload.namespace) &&
      textOf(target['name']) === workload.ref.name &&
      (textOf(target['kind']) ?? 'Deployment') === workload.ref.kind
    );
  });

/** Whether a label selector (`matchLabels` only; undefined where it has expressions) selects a workload's pods. */
export const selects = (selector: MapValue, workload: LintWorkload): boolean | undefined => {
  if (Array.isArray(selector['matchExpressions']) && selector['matchExpressions'].length > 0) return undefined;
  const labels = mapOf(valueAt(workload.value, pathInObject(workload.kind, ['metadata', 'labels'])));
  const wanted = selector['matchLabels'];
  if (!isMapValue(wanted)) return undefined;
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
};
