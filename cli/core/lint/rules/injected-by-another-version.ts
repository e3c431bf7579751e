import { formatVersion, parseVersion } from '../../dapr/version.ts';
import { statusAnnotation } from '../../plan/annotations.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const injectedByAnotherVersion: Rule = {
  id: 'injected-by-another-version',
  severity: 'note',
  topic: 'gitops',
  looksAt: ['workload'],
  summary: 'Injected workloads have the sidecar of this version of daps.',
  since: '0.1.0',
  check: onWorkloads((workload, { options }) => {
    const { sidecarVersion } = workload;
    const running = parseVersion(options.dapsVersion);
    if (sidecarVersion === undefined || running === undefined || sidecarVersion === formatVersion(running)) return [];
    return [
      finding(
        workload,
        annotationPath(workload, statusAnnotation),
        `this workload has the daps sidecar ${sidecarVersion}, and this is daps ${options.dapsVersion}: what was fixed between them is missing on one side. Run "daps inject" of one version on all manifests.`,
      ),
    ];
  }),
};
