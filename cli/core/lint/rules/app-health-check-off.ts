import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

const switchAnnotation = 'dapr.io/enable-app-health-check';
const settings = [
  'dapr.io/app-health-check-path',
  'dapr.io/app-health-probe-interval',
  'dapr.io/app-health-probe-timeout',
  'dapr.io/app-health-threshold',
];

export const appHealthCheckOff: Rule = {
  id: 'app-health-check-off',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'Settings of the app health check come with the switch that turns it on.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { annotations, dapr } = workload;
    if (dapr.appPort === undefined || annotations.has(switchAnnotation)) return [];
    const [first] = settings.filter((name) => annotations.has(name));
    return first === undefined
      ? []
      : [
          finding(
            workload,
            annotationPath(workload, first),
            `${first} does nothing, because ${switchAnnotation} is missing: daprd does not check the app's health. Write ${switchAnnotation}: "true", or remove ${first}.`,
          ),
        ];
  }),
};
