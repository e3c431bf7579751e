import { nativeSidecarAnnotation } from '../../plan/steering.ts';
import { finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import type { LintWorkload } from '../scene/scene.ts';

/** Of a workload without an app-port, daps changes only who keeps daprd, and leaves no status. */
const isInjected = ({ status, dapr, isInline, annotations }: LintWorkload): boolean =>
  status !== undefined ||
  (dapr.appPort === undefined && !isInline && annotations.get(nativeSidecarAnnotation) === 'true');

export const notInjected: Rule = {
  id: 'not-injected',
  severity: 'error',
  topic: 'gitops',
  looksAt: ['workload'],
  summary: 'With --require-injected, daps has injected every Dapr workload.',
  since: '0.1.0',
  check: onWorkloads((workload, { options }) =>
    options.requireInjected && workload.settings.enabled && !isInjected(workload)
      ? [
          finding(
            workload,
            workload.kind.path,
            'daps has not injected this workload, so its messages are not protected. Run "daps inject" on it, or write daps.io/enabled: "false" on the pod template to say that it is meant so.',
          ),
        ]
      : [],
  ),
};
