import { valueAt } from '../../manifest/model/path.ts';
import { mapOf, numberOf, textOf } from '../../manifest/object/pod.ts';
import { scaling } from '../scene/relations.ts';
import type { LintWorkload, Scene } from '../scene/scene.ts';

/** What of a Deployment ends all of its pods before a new one is ready, as the manifest says it; undefined otherwise. */
export const allAtOnce = (workload: LintWorkload, scene: Scene): string | undefined => {
  if (workload.ref.kind !== 'Deployment') return undefined;
  const strategy = mapOf(valueAt(workload.value, ['spec', 'strategy']));
  if (textOf(strategy['type']) === 'Recreate') return 'strategy is Recreate';
  const written = mapOf(strategy['rollingUpdate'])['maxUnavailable'];
  const text = textOf(written);
  if (text !== undefined) return /^\s*100%\s*$/.test(text) ? 'maxUnavailable is 100%' : undefined;
  const number = numberOf(written) ?? 0;
  const scaled = [...scaling(scene.scaledObjects, workload), ...scaling(scene.autoscalers, workload)].length > 0;
  const replicas = workload.replicas ?? (scaled ? undefined : 1);
  if (number === 0 || scaled || replicas === undefined || replicas === 0 || number < replicas) return undefined;
  return `maxUnavailable is ${number}, with ${replicas} replica${replicas === 1 ? '' : 's'}`;
};
