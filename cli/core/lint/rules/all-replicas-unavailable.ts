import { finding, onWorkloads } from '../rule/findings.ts';
import { allAtOnce } from '../rule/rollout.ts';
import type { Rule } from '../rule/rule.ts';

export const allReplicasUnavailable: Rule = {
  id: 'all-replicas-unavailable',
  severity: 'note',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: 'A rollout leaves some pod that takes messages.',
  since: '0.1.0',
  check: onWorkloads((workload, scene) => {
    const cause = workload.dapr.appPort === undefined ? undefined : allAtOnce(workload, scene);
    return cause === undefined
      ? []
      : [
          finding(
            workload,
            ['spec', 'strategy'],
            `${cause}, so at each rollout no pod of "${workload.appId}" takes calls or messages until a new one is ready. Write strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}.`,
          ),
        ];
  }),
};
