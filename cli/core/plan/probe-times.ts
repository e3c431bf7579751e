import type { MapValue } from '../manifest/model/value.ts';
import { mapOf, numberOf } from '../manifest/object/pod.ts';

/** A readinessProbe's own times, where the manifest has them. */
export interface ProbeTimes {
  readonly timeoutSeconds: number | undefined;
  readonly periodSeconds: number | undefined;
}

export const probeTimesOf = (container: MapValue): ProbeTimes => {
  const probe = mapOf(container['readinessProbe']);
  return { timeoutSeconds: numberOf(probe['timeoutSeconds']), periodSeconds: numberOf(probe['periodSeconds']) };
};
