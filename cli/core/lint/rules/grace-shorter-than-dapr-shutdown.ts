import { parseDurationMs } from '../../../../proxy/contract/duration.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { annotatedNumber } from '../scene/daprd.ts';

const graceful = 'dapr.io/graceful-shutdown-seconds';
const block = 'dapr.io/block-shutdown-duration';

export const graceShorterThanDaprShutdown: Rule = {
  id: 'grace-shorter-than-dapr-shutdown',
  severity: 'warning',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: "The grace period is longer than daprd's own shutdown.",
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { annotations, graceSeconds, dapr } = workload;
    const written = annotatedNumber(workload, graceful);
    const blockMs = parseDurationMs(annotations.get(block) ?? '') ?? 0;
    if ((written === undefined && blockMs === 0) || (dapr.endsTooLate && blockMs === 0)) return [];
    const seconds = (written ?? -1) < 0 ? 5 : (written ?? 5);
    const needed = seconds + blockMs / 1000;
    if (needed < graceSeconds) return [];
    const parts =
      blockMs === 0 ? `takes up to ${seconds} s` : `waits ${blockMs / 1000} s and then takes up to ${seconds} s`;
    return [
      finding(
        workload,
        annotationPath(workload, blockMs === 0 ? graceful : block),
        `daprd ${parts} to end, and the pod has ${graceSeconds} s: the kubelet kills daprd with deliveries in flight. Write terminationGracePeriodSeconds: ${Math.ceil(needed) + 10}, or shorten ${blockMs === 0 ? graceful : block}.`,
      ),
    ];
  }),
};
