import { finding, onWorkloads } from '../rule/findings.ts';
import { declaredStart, failsUntilReady, firstKillSeconds, probeOf } from '../rule/probe.ts';
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
    const probe = probeOf(app, 'startupProbe');
    const start = declaredStart(workload, app);
    if (probe === undefined || start === undefined || !failsUntilReady(probe, workload, app)) return [];
    const seconds = firstKillSeconds(probe);
    return seconds >= start.seconds
      ? []
      : [
          finding(
            workload,
            [...app.path, 'startupProbe'],
            `the startupProbe of container "${app.name}" fails until the app is ready, so the kubelet restarts it after ${seconds} s, and ${start.spelling}. Raise its failureThreshold until failureThreshold × periodSeconds is more than ${start.seconds} s.`,
          ),
        ];
  }),
};
