import type { DaprdPlace } from '../dapr/daprd-parts.ts';
import { type Problem, problem } from '../diagnostic.ts';
import { isMapValue, isSeqValue, type MapValue, type Value } from '../manifest/model/value.ts';
import { itemsOf, nameOf, textOf } from '../manifest/object/pod.ts';
import { nearest } from '../nearest.ts';
import type { WorkloadSettings } from '../settings/resolve-workload.ts';
import { annotationOf } from '../settings/workload-settings.ts';

/** The word for "no init container calls daprd", whatever they look like. */
export const noCaller = 'none';

const apiVariable = /\bDAPR_(HTTP|GRPC)_(PORT|ENDPOINT)\b/;
const apiPath = /\/v1\.0(-alpha\d|-beta\d)?\/[a-z]/;

/** A port behind a name of the pod itself: `localhost:3500`, `nc -z 127.0.0.1 50001`. */
const atPort = (ports: readonly number[]): RegExp =>
  new RegExp(`(\\blocalhost|\\b127\\.0\\.0\\.1|\\[::1\\])["']?[\\s:,]{1,4}["']?(${ports.join('|')})\\b`);

/** What a container is started with, as one text: its command, its arguments and its variables. */
export const startedWith = (container: MapValue): string => {
  const words = ['command', 'args'].flatMap((key) => {
    const value: Value = container[key] ?? null;
    return isSeqValue(value) ? value.map((word) => textOf(word) ?? '') : [];
  });
  const variables = itemsOf(container['env']).map((one) => `${nameOf(one)} ${textOf(one['value']) ?? ''}`);
  return [...words, ...variables].join(' ');
};

/** Whether what a container is started with names daprd's API. */
export const callsDaprd = (container: MapValue, daprdPorts: readonly number[]): boolean => {
  const text = startedWith(container);
  return apiVariable.test(text) || apiPath.test(text) || atPort(daprdPorts).test(text);
};

/**
 * Where daprd is to start: after all of the pod's init containers, as with Dapr's injector, because some of them make
 * what it needs (files, databases, proxies); but before the first one that calls its API, which the injector cannot
 * serve at all.
 */
export const daprdPlace = (
  spec: MapValue,
  settings: WorkloadSettings,
  daprdPorts: readonly number[],
): { readonly place: DaprdPlace; readonly problems: readonly Problem[] } => {
  const list = spec['initContainers'] ?? null;
  const containers = isSeqValue(list) ? list.map((item) => (isMapValue(item) ? item : {})) : [];
  const last = { place: { behind: containers.length, isWaitedFor: false }, problems: [] };
  const before = (index: number) => (index < 0 ? last : { place: { behind: index, isWaitedFor: true }, problems: [] });
  const { daprdBefore: chosen } = settings;
  if (chosen === undefined) {
    return before(containers.findIndex((container) => callsDaprd(container, daprdPorts)));
  }
  if (chosen.text === noCaller) return last;
  const names = containers.map(nameOf);
  const index = names.indexOf(chosen.text);
  if (index >= 0) return before(index);
  const { text: name, spelling } = chosen;
  const path =
    spelling === annotationOf('daprd-before') ? ['metadata', 'annotations', spelling] : ['spec', 'initContainers'];
  return {
    ...last,
    problems: [
      problem('unknown-init-container', { name, containers: names, nearest: nearest(name, names), spelling }, path),
    ],
  };
};
