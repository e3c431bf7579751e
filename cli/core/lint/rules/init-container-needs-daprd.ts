import { callsDaprd, noCaller } from '../../plan/daprd-place.ts';
import { finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const initContainerNeedsDaprd: Rule = {
  id: 'init-container-needs-daprd',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'An init container that calls daprd runs after daprd has started.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { isInline, status, settings, initContainers, dapr } = workload;
    if (isInline || status !== undefined || settings.daprdBefore?.text === noCaller) return [];
    return initContainers
      .filter(({ value }) => value['restartPolicy'] !== 'Always' && callsDaprd(value, dapr.daprdPorts))
      .map(({ name, path }) =>
        finding(
          workload,
          path,
          `init container "${name}" names daprd's API, and Dapr's injector starts daprd after all init containers, so nothing answers it. Let daps add daprd before it with --trust-anchors=ca.crt, or write daps.io/daprd-before: "none" if it does not call daprd.`,
        ),
      );
  }),
};
