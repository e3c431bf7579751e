import { parseDurationMs } from '../../../../proxy/contract/duration.ts';
import { isTruthy } from '../../dapr/truthy.ts';
import { isFor, receiversOf } from '../scene/relations.ts';
import type { Component, LintWorkload, Scene } from '../scene/scene.ts';

/** An item of a Component's metadata; undefined where it is absent, empty where a Secret holds it. */
export const metadataOf = (component: Component, name: string): string | undefined =>
  component.metadata.get(name.toLowerCase())?.trim();

/** A boolean of a Component's metadata as daprd reads it; undefined where a Secret holds it. */
export const isOn = (component: Component, name: string, byDefault: boolean): boolean | undefined => {
  const text = metadataOf(component, name);
  if (text === undefined) return byDefault;
  return text === '' ? undefined : isTruthy(text);
};

/** A whole number of a Component's metadata; undefined where it is none. */
export const wholeNumber = (component: Component, name: string, byDefault: number): number | undefined => {
  const text = metadataOf(component, name);
  if (text === undefined) return byDefault;
  return /^\d+$/.test(text) ? Number(text) : undefined;
};

/** A duration of a Component's metadata, where a bare number counts units of `unitMs`; undefined where it is none. */
export const durationOf = (
  component: Component,
  name: string,
  { byDefaultMs, unitMs }: { readonly byDefaultMs: number; readonly unitMs: number },
): number | undefined => {
  const text = metadataOf(component, name);
  if (text === undefined) return byDefaultMs;
  return /^\d+$/.test(text) ? Number(text) * unitMs : parseDurationMs(text);
};

/** Whether an app may receive messages through a Component: not where all that load it have no app-port. */
export const mayReceive = (scene: Scene, component: Component): boolean => {
  const loading = scene.workloads.filter((workload) => isFor(component, workload));
  return loading.length === 0 || loading.some(({ dapr }) => dapr.appPort !== undefined);
};

/** Whether all apps that load a Component consume by one name, and so share what a broker keeps for it. */
export const hasOneConsumer = (component: Component): boolean => {
  const consumer = metadataOf(component, 'consumerID') ?? '';
  return consumer !== '' && !consumer.includes('{');
};

/** The receiver whose work takes longest, where that is as long as a limit, or longer. */
export const slowestBeyond = (scene: Scene, component: Component, limitMs: number): SlowReceiver | undefined =>
  receiversOf(scene, component)
    .flatMap((workload) =>
      workload.longestWorkMs === undefined || workload.longestWorkMs < limitMs
        ? []
        : [{ workload, workMs: workload.longestWorkMs }],
    )
    .sort((a, b) => b.workMs - a.workMs)[0];

export interface SlowReceiver {
  readonly workload: LintWorkload;
  readonly workMs: number;
}

/** `Deployment/orders`, with its namespace where it names one. */
export const named = ({ ref }: Pick<LintWorkload, 'ref'>): string => `${ref.kind}/${ref.name}`;

/** `"a", "b" and "c"` */
export const listed = (names: readonly string[]): string => {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
};
