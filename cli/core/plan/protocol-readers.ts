import type { MapValue } from '../manifest/model/value.ts';
import { itemsOf, nameOf } from '../manifest/object/pod.ts';

/** The containers to which Dapr's injector gives APP_PROTOCOL: those that have none of their own, and are no components. */
export const protocolReadersOf = (spec: MapValue, pluggable: readonly string[]): readonly string[] =>
  itemsOf(spec['containers'])
    .filter((one) => !pluggable.includes(nameOf(one)))
    .filter((one) => !itemsOf(one['env']).some((variable) => nameOf(variable) === 'APP_PROTOCOL'))
    .map(nameOf)
    .filter((name) => name !== '');
