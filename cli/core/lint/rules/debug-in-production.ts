import { isTruthy } from '../../dapr/truthy.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

const switches = [
  {
    annotation: 'dapr.io/enable-debug',
    isOn: isTruthy,
    effect: 'daprd runs in a debugger that anybody who reaches the pod can steer',
  },
  {
    annotation: 'dapr.io/enable-profiling',
    isOn: isTruthy,
    effect: 'daprd serves profiles of its memory to everything in the pod',
  },
  {
    annotation: 'dapr.io/log-level',
    isOn: (text: string): boolean => text.toLowerCase() === 'debug',
    effect: 'daprd writes much into its log, and what is in it may be secret',
  },
];

export const debugInProduction: Rule = {
  id: 'debug-in-production',
  severity: 'note',
  topic: 'security',
  looksAt: ['workload'],
  summary: 'What is meant for debugging daprd is off.',
  since: '0.1.0',
  check: onWorkloads((workload) =>
    switches.flatMap(({ annotation, isOn, effect }) => {
      const text = workload.annotations.get(annotation) ?? '';
      return isOn(text)
        ? [
            finding(
              workload,
              annotationPath(workload, annotation),
              `${annotation} is "${text}": ${effect}. Remove it where the workload is for production.`,
            ),
          ]
        : [];
    }),
  ),
};
