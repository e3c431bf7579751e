import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { valueAt } from '../../manifest/model/path.ts';
import { numberOf } from '../../manifest/object/pod.ts';
import { named } from '../rule/component.ts';
import { finding } from '../rule/findings.ts';
import { fewestOfScaledObject } from '../rule/replicas.ts';
import type { Rule } from '../rule/rule.ts';
import { scaling } from '../scene/relations.ts';

export const scalerCoolsDownBeforeWork: Rule = {
  id: 'scaler-cools-down-before-work',
  severity: 'warning',
  topic: 'scaling',
  looksAt: ['ScaledObject', 'workload'],
  summary: 'KEDA scales to zero only after the work of the last message.',
  since: '0.1.0',
  check: (scene) =>
    scene.workloads.flatMap((workload) => {
      const { longestWorkMs } = workload;
      if (longestWorkMs === undefined) return [];
      return scaling(scene.scaledObjects, workload).flatMap((scaledObject) => {
        const path = ['spec', 'cooldownPeriod'];
        const seconds = numberOf(valueAt(scaledObject.value, path)) ?? 300;
        if (fewestOfScaledObject(scaledObject) > 0 || longestWorkMs < seconds * 1000) return [];
        return [
          finding(
            scaledObject,
            path,
            `cooldownPeriod is ${seconds} s, and work of ${named(workload)} takes up to ${formatDuration(longestWorkMs)}: once the queue is empty KEDA scales to zero while the last messages are still worked on. Write cooldownPeriod: ${Math.ceil((longestWorkMs * 1.5) / 1000)}.`,
          ),
        ];
      });
    }),
};
