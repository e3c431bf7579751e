import type { MapValue, Value } from '../manifest/model/value.ts';
import { NumberValue } from '../manifest/model/value.ts';
import { itemsOf, mapOf } from '../manifest/object/pod.ts';
import { parseQuantity } from '../settings/quantity.ts';
import type { Annotations } from './annotations.ts';

/**
 * What the sidecar's resources must fit. `of-the-pod`: the pod has resources of its own, which all of its containers
 * share, and those of the containers together may not be more (core/v1 `PodSpec.resources`). `guaranteed`: the pod would
 * lose its QoS class Guaranteed to a container whose requests are less than its limits (pkg/apis/core/v1/helper/qos).
 */
export type ResourceClass = 'of-the-pod' | 'guaranteed' | 'usual';

export const resourceClass = (spec: MapValue, { texts }: Annotations): ResourceClass => {
  if (Object.keys(mapOf(spec['resources'])).length > 0) return 'of-the-pod';
  const containers = [...itemsOf(spec['initContainers']), ...itemsOf(spec['containers'])];
  const isDaprdGuaranteed = daprdResources.every(([limitName, requestName]) =>
    isLimitRequested(parsed(texts.get(limitName)), parsed(texts.get(requestName))),
  );
  return containers.every(isGuaranteed) && isDaprdGuaranteed ? 'guaranteed' : 'usual';
};

const kinds = ['cpu', 'memory'];
const daprdResources = [
  ['dapr.io/sidecar-cpu-limit', 'dapr.io/sidecar-cpu-request'],
  ['dapr.io/sidecar-memory-limit', 'dapr.io/sidecar-memory-request'],
] as const;

const isGuaranteed = (container: MapValue): boolean => {
  const { limits, requests } = mapOf(container['resources']);
  return kinds.every((kind) => isLimitRequested(quantityOf(mapOf(limits)[kind]), quantityOf(mapOf(requests)[kind])));
};

/** Whether all of a limit is requested. A request that is left out is as large as the limit; a limit of zero is none. */
const isLimitRequested = (limit: bigint | undefined, request: bigint | undefined): boolean =>
  limit !== undefined && limit > 0n && (request ?? limit) === limit;

const quantityOf = (value: Value | undefined): bigint | undefined => {
  if (typeof value === 'string') return parsed(value);
  return value instanceof NumberValue ? parsed(value.source) : undefined;
};

const parsed = (text: string | undefined): bigint | undefined => (text === undefined ? undefined : parseQuantity(text));
