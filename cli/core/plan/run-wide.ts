import type { MapValue } from '../manifest/model/value.ts';
import { itemsOf, mapOf, nameOf } from '../manifest/object/pod.ts';
import type { SettingValue } from '../settings/resolve-workload.ts';
import type { WorkloadSettingName } from '../settings/workload-settings.ts';
import type { Annotations } from './annotations.ts';
import { isHttp1, readDaprFacts } from './dapr-checks.ts';
import { noCaller } from './daprd-place.ts';

/** Settings that a run may have for several workloads although not each of them can take them. */
export const selectiveSettings: readonly WorkloadSettingName[] = [
  'container',
  'ready-path',
  'busy-path',
  'daprd-before',
];

/** Values of selective settings that some workload of the stream can take: the others do without. */
export type Taken = ReadonlySet<SettingValue>;

/** Whether a workload can take a value: it has that container; a path is asked for over HTTP/1.1. */
export const canTake = (
  name: WorkloadSettingName,
  { text }: SettingValue,
  template: MapValue,
  annotations: Annotations,
): boolean => {
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
