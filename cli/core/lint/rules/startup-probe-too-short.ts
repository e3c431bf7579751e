import { finding, onWorkloads } from '../rule/findings.ts';
import { killsBeforeStart } from '../rule/probe.ts';
import type { Rule } from '../rule/rule.ts';

export const startupProbeTooShort: Rule = {
  id: 'startup-probe-too-short',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'The startupProbe gives an app the time that it needs to start.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { app } = workload;
    if (app === undefined) return [];
    const early = killsBeforeStart('startupProbe', workload, app);
    return early === undefined
      ? []
      : [
          finding(
            workload,
            [...app.path, 'startupProbe'],
            `the startupProbe of container "${app.name}" fails until the app is ready, so the kubelet restarts it after ${early.killSeconds} s, and ${early.start.spelling}. Raise its failureThreshold until failureThreshold × periodSeconds is more than ${early.start.seconds} s.`,
          ),
        ];
  }),
};
