import { valueAt } from '../../manifest/model/path.ts';
import { textOf } from '../../manifest/object/pod.ts';
import { named } from '../rule/component.ts';
import { finding } from '../rule/findings.ts';
import { resilienciesNear } from '../rule/resiliency.ts';
import type { Rule } from '../rule/rule.ts';

export const circuitBreakerOnApp: Rule = {
  id: 'circuit-breaker-on-app',
  severity: 'note',
  topic: 'shutdown',
  looksAt: ['Resiliency', 'workload'],
  summary: 'A rollout of an app does not open the circuit breaker of its callers.',
  since: '0.1.0',
  check: (scene) =>
    scene.workloads.flatMap((workload) => {
      if (workload.dapr.appPort === undefined) return [];
      return resilienciesNear(scene, { ref: { ...workload.ref, namespace: workload.namespace } }).flatMap(
        (resiliency) => {
          const path = ['spec', 'targets', 'apps', workload.appId, 'circuitBreaker'];
          const breaker = textOf(valueAt(resiliency.value, path)) ?? '';
          return breaker === ''
            ? []
            : [
                finding(
                  resiliency,
                  path,
                  `circuit breaker "${breaker}" counts calls to ${named(workload)} that fail while one of its pods starts or ends, and then refuses calls to all pods until its timeout is over. Let it trip only on more failures in a row than a rollout makes, and give the calls a retry.`,
                ),
              ];
        },
      );
    }),
};
