import { finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const noReadiness: Rule = {
  id: 'no-readiness',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'An app with an app-port says when it is ready.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { app, settings } = workload;
    if (app === undefined || settings.readyPath !== undefined) return [];
    const has = (probe: string): boolean => (app.value[probe] ?? null) !== null;
    if (has('readinessProbe') || has('startupProbe')) return [];
    return [
      finding(
        workload,
        app.path,
        `container "${app.name}" has no readinessProbe, so messages arrive as soon as its port accepts a connection, ready or not. Add a readinessProbe, or write daps.io/ready-path: "/healthz".`,
      ),
    ];
  }),
};
