import { valueAt } from '../../manifest/model/path.ts';
import { textOf } from '../../manifest/object/pod.ts';
import { finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const helmHook: Rule = {
  id: 'helm-hook',
  severity: 'warning',
  topic: 'gitops',
  looksAt: ['workload'],
  summary: 'No Helm hook needs a post-renderer of Helm 3.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const path = ['metadata', 'annotations', 'helm.sh/hook'];
    const hook = textOf(valueAt(workload.value, path));
    if (hook === undefined || workload.status !== undefined || !workload.settings.enabled) return [];
    return [
      finding(
        workload,
        path,
        `this is a Helm hook (${hook}), and Helm 3 shows no hook to a post-renderer, so daps does not inject it there. Use Helm 4, render with "helm template … | daps", or write daps.io/enabled: "false" on the pod template.`,
      ),
    ];
  }),
};
