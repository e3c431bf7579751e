import { finding, onWorkloads, specPath } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isJob, isNativeDaprd } from '../scene/daprd.ts';

export const onFailureJob: Rule = {
  id: 'on-failure-job',
  severity: 'warning',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: 'A Job that ends daprd itself starts a failed pod as a whole.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    if (!isJob(workload) || isNativeDaprd(workload) || workload.spec['restartPolicy'] !== 'OnFailure') return [];
    return [
      finding(
        workload,
        specPath(workload, 'restartPolicy'),
        'restartPolicy is OnFailure, and daprd is a container of its own: one of the two starts again without the other, so a daprd that ended with an error runs on forever, and an app that failed after its shutdown call has no daprd. Write restartPolicy: Never, or run "daps inject".',
      ),
    ];
  }),
};
