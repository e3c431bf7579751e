import { startedWith } from '../../plan/daprd-place.ts';
import { finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isJob, isNativeDaprd } from '../scene/daprd.ts';

export const appCallsShutdown: Rule = {
  id: 'app-calls-shutdown',
  severity: 'note',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: 'Nobody ends a daprd that ends by itself.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const isRestarted = !isJob(workload) && workload.ref.kind !== 'Pod';
    if (!isRestarted && !isNativeDaprd(workload)) return [];
    const effect = isNativeDaprd(workload)
      ? 'a native sidecar starts again when it ends, and ends by itself after the app'
      : 'the kubelet starts it again, and the app is without it until then';
    return workload.containers
      .filter(({ value }) => startedWith(value).includes('/v1.0/shutdown'))
      .map(({ name, path }) =>
        finding(workload, path, `container "${name}" calls /v1.0/shutdown of daprd: ${effect}. Remove the call.`),
      );
  }),
};
