import type { MapValue } from '../manifest/value.ts';
import type { Chosen } from '../settings/resolve.ts';
import type { SettingName } from '../settings/setting.ts';
import type { Annotations } from './annotations.ts';
import { isHttp1, readDaprFacts } from './dapr-checks.ts';
import { noCaller } from './daprd-place.ts';
import { itemsOf, mapOf, nameOf } from './pod.ts';

/** Settings that a run may have for several workloads although not each of them can take them. */
export const selectiveSettings: readonly SettingName[] = ['container', 'ready-path', 'busy-path', 'daprd-before'];

/** Values of selective settings that some workload of the stream can take: the others do without. */
export type Taken = ReadonlySet<Chosen>;

/** Whether a workload can take a value: it has that container; a path is asked for over HTTP/1.1. */
export const canTake = (name: SettingName, { text }: Chosen, template: MapValue, annotations: Annotations): boolean => {
  const { appProtocol, pluggable } = readDaprFacts(annotations).facts;
  const namesOf = (list: string): readonly string[] => itemsOf(mapOf(template['spec'])[list]).map(nameOf);
  switch (name) {
    case 'container':
      return !pluggable.includes(text) && namesOf('containers').includes(text);
    case 'daprd-before':
      return text === noCaller || namesOf('initContainers').includes(text);
    case 'ready-path':
    case 'busy-path':
      return isHttp1(appProtocol);
    default:
      return true;
  }
};
