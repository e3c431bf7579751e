import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { int } from '../../manifest/model/value.ts';
import { finding, onWorkloads, specPath } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import type { LintWorkload } from '../scene/scene.ts';

/** What daps takes of the grace period beside the work. It does nothing at the end of a pod without an app-port. */
const aroundMs = ({ settings, dapr }: LintWorkload): number =>
  settings.enabled && dapr.appPort !== undefined ? settings.preStopDelayMs + settings.drainReserveMs : 0;

export const graceShorterThanWork: Rule = {
  id: 'grace-shorter-than-work',
  severity: 'warning',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: 'The grace period is long enough for the longest work.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { longestWorkMs, graceSeconds } = workload;
    const neededSeconds = Math.ceil(((longestWorkMs ?? 0) + aroundMs(workload)) / 1000);
    if (longestWorkMs === undefined || longestWorkMs === 0 || neededSeconds <= graceSeconds) return [];
    const path = specPath(workload, 'terminationGracePeriodSeconds');
    return [
      finding(
        workload,
        path,
        `the grace period is ${graceSeconds} s, and the longest work takes ${formatDuration(longestWorkMs)}: what starts right before a pod ends is cut off. Write terminationGracePeriodSeconds: ${neededSeconds}.`,
        [{ op: 'set', path, value: int(neededSeconds) }],
      ),
    ];
  }),
};
