import { type Path, valueAt } from '../../manifest/model/path.ts';
import { itemsOf, nameOf } from '../../manifest/object/pod.ts';
import { pathInObject } from '../../manifest/object/workload.ts';
import type { Change } from '../../manifest/write/change.ts';
import type { Component, LintWorkload, Scene, SceneObject } from '../scene/scene.ts';
import type { Finding, Rule } from './rule.ts';

/** A rule's check that looks at one workload after the other. */
export const onWorkloads =
  (check: (workload: LintWorkload, scene: Scene) => readonly Finding[]): Rule['check'] =>
  (scene) =>
    scene.workloads.flatMap((workload) => check(workload, scene));

/** A rule's check that looks at the Components of some types, such as `pubsub.redis`. */
export const onComponents =
  (types: readonly string[], check: (component: Component, scene: Scene) => readonly Finding[]): Rule['check'] =>
  (scene) =>
    scene.components.filter(({ type }) => types.includes(type)).flatMap((component) => check(component, scene));

/** A finding at a path below an object's root. */
export const finding = (object: SceneObject, path: Path, message: string, fix?: readonly Change[]): Finding => ({
  object,
  path,
  message,
  ...(fix === undefined ? {} : { fix }),
});

/** The path of an annotation of a workload's pod template, below the object's root. */
export const annotationPath = ({ kind }: LintWorkload, annotation: string): Path =>
  pathInObject(kind, ['metadata', 'annotations', annotation]);

/** The path of a field of a workload's pod spec, below the object's root. */
export const specPath = ({ kind }: LintWorkload, ...path: Path): Path => pathInObject(kind, ['spec', ...path]);

/** The path of an item of a Component's `spec.metadata`; of the list where the item is absent. */
export const metadataPath = (component: Component, name: string): Path =>
  component.metadata.has(name.toLowerCase())
    ? ['spec', 'metadata', { name: writtenName(component, name) }, 'value']
    : ['spec', 'metadata'];

/** The name as the manifest spells it: daprd ignores the case. */
const writtenName = ({ value }: Component, name: string): string =>
  itemsOf(valueAt(value, ['spec', 'metadata']))
    .map(nameOf)
    .find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
