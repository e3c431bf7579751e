import { finding, onWorkloads } from '../rule/findings.ts';
import { killsBeforeStart, probeOf } from '../rule/probe.ts';
import type { Rule } from '../rule/rule.ts';

export const livenessBeforeReady: Rule = {
  id: 'liveness-before-ready',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'The livenessProbe gives an app the time that it needs to start.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { app } = workload;
    if (app === undefined || probeOf(app, 'startupProbe') !== undefined) return [];
    const early = killsBeforeStart('livenessProbe', workload, app);
    return early === undefined
      ? []
      : [
          finding(
            workload,
            [...app.path, 'livenessProbe'],
            `the livenessProbe of container "${app.name}" fails until the app is ready, so the kubelet restarts it after ${early.killSeconds} s, and ${early.start.spelling}. Add a startupProbe that asks the same, with failureThreshold × periodSeconds of more than ${early.start.seconds} s.`,
          ),
        ];
  }),
};
