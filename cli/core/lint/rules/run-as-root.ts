import { mapOf, numberOf } from '../../manifest/object/pod.ts';
import { finding, onWorkloads, specPath } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const runAsRoot: Rule = {
  id: 'run-as-root',
  severity: 'error',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'No pod makes daprd run as root.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { spec, annotations } = workload;
    const isRoot = numberOf(mapOf(spec['securityContext'])['runAsUser']) === 0;
    if (!isRoot || (annotations.get('dapr.io/env') ?? '').includes('DAPR_UNSAFE_SKIP_CONTAINER_UID_GID_CHECK'))
      return [];
    return [
      finding(
        workload,
        specPath(workload, 'securityContext', 'runAsUser'),
        "runAsUser is 0 for the whole pod, and the kubelet does not start daprd as root, unless the value sidecarRunAsUser of Dapr's chart gives it another user. Write runAsUser: 0 in the securityContext of the container that needs it.",
      ),
    ];
  }),
};
