import { type Path, valueAt } from '../../manifest/model/path.ts';
import type { MapValue } from '../../manifest/model/value.ts';
import { mapOf, numberOf, textOf } from '../../manifest/object/pod.ts';
import { isSameNamespace } from '../scene/relations.ts';
import type { Component, DaprObject, Scene, SceneObject } from '../scene/scene.ts';

/** A kind of policy as a target names it, and the map that defines such policies. */
export const policyMaps = { timeout: 'timeouts', retry: 'retries', circuitBreaker: 'circuitBreakers' } as const;
export type PolicyKind = keyof typeof policyMaps;
export const policyKinds = Object.keys(policyMaps) as readonly PolicyKind[];

/** Policies by these names hold for the deliveries of every component that no target names (dapr/dapr v1.18.1, pkg/resiliency). */
const defaultNames: Readonly<Record<PolicyKind, readonly string[]>> = {
  timeout: namesOfDefaults('Timeout'),
  retry: namesOfDefaults('Retry'),
  circuitBreaker: namesOfDefaults('CircuitBreaker'),
};

function namesOfDefaults(kind: string): readonly string[] {
  return ['PubsubComponentInbound', 'ComponentInbound', 'Component', ''].map((level) => `Default${level}${kind}Policy`);
}

/** The policies of a kind that a Resiliency defines, by name. */
export const policiesOf = ({ value }: SceneObject, kind: PolicyKind): MapValue =>
  mapOf(valueAt(value, ['spec', 'policies', policyMaps[kind]]));

/** A policy that is in force somewhere, with the Resiliency that defines it. */
export interface Policy {
  readonly resiliency: DaprObject;
  readonly name: string;
  readonly value: MapValue;
  /** Below the Resiliency's root. */
  readonly path: Path;
}

/** A policy by its name among Resiliencies: daprd puts those of all objects together. */
export const findPolicy = (resiliencies: readonly DaprObject[], kind: PolicyKind, name: string): Policy | undefined => {
  const resiliency = resiliencies.find((one) => Object.hasOwn(policiesOf(one, kind), name));
  return resiliency === undefined
    ? undefined
    : {
        resiliency,
        name,
        value: mapOf(policiesOf(resiliency, kind)[name]),
        path: ['spec', 'policies', policyMaps[kind], name],
      };
};

/** The Resiliencies that may hold for a component: those of its namespace. */
export const resilienciesNear = (scene: Scene, { ref }: Pick<SceneObject, 'ref'>): readonly DaprObject[] =>
  scene.resiliencies.filter((one) => isSameNamespace(one.ref.namespace, ref.namespace));

/** The policy for deliveries of a Component: of a target that names it, else the default one. */
export const inboundPolicy = (scene: Scene, component: Component, kind: PolicyKind): Policy | undefined => {
  const near = resilienciesNear(scene, component);
  const target = near
    .map(({ value }) => valueAt(value, ['spec', 'targets', 'components', component.ref.name]))
    .find((found) => found !== undefined);
  const names = target === undefined ? defaultNames[kind] : [textOf(valueAt(target, ['inbound', kind])) ?? ''];
  return names.map((name) => findPolicy(near, kind, name)).find((found) => found !== undefined);
};

/** Whether daprd itself tries a failed delivery of a Component again. */
export const isRetried = (scene: Scene, component: Component): boolean => {
  const retry = inboundPolicy(scene, component, 'retry');
  return retry !== undefined && numberOf(retry.value['maxRetries']) !== 0;
};
