import { isTruthy } from '../../dapr/truthy.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { annotatedNumber } from '../scene/daprd.ts';
import type { LintWorkload } from '../scene/scene.ts';

const intervalAnnotation = 'dapr.io/app-health-probe-interval';
const timeoutAnnotation = 'dapr.io/app-health-probe-timeout';

/** Zero and less are daprd's default, and so is what is no number. */
const positive = (workload: LintWorkload, annotation: string, fallback: number): number => {
  const number = annotatedNumber(workload, annotation) ?? fallback;
  return number > 0 ? number : fallback;
};

export const probeTimeoutAboveInterval: Rule = {
  id: 'probe-timeout-above-interval',
  severity: 'error',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: "The app health check's timeout is not above its interval.",
  since: '0.1.0',
  check: onWorkloads((workload) => {
    if (!isTruthy(workload.annotations.get('dapr.io/enable-app-health-check') ?? '')) return [];
    const intervalMs = positive(workload, intervalAnnotation, 5) * 1000;
    const timeoutMs = positive(workload, timeoutAnnotation, 500);
    return timeoutMs <= intervalMs
      ? []
      : [
          finding(
            workload,
            annotationPath(workload, timeoutAnnotation),
            `${timeoutAnnotation} is ${timeoutMs}, in milliseconds, and ${intervalAnnotation} is ${intervalMs / 1000}, in seconds: daprd ends at its start, because the timeout is above the interval. Write ${timeoutAnnotation}: "500".`,
          ),
        ];
  }),
};
