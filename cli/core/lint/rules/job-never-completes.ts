import { startedWith } from '../../plan/daprd-place.ts';
import { nativeSidecarAnnotation } from '../../plan/steering.ts';
import { finding, onWorkloads, specPath } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isJob, isNativeDaprd } from '../scene/daprd.ts';

/** Whether a container ends daprd by a signal, which it can in a shared process namespace. */
const endsDaprd = (text: string): boolean => /\b(pkill|kill|killall)\b/.test(text) && text.includes('daprd');

export const jobNeverCompletes: Rule = {
  id: 'job-never-completes',
  severity: 'warning',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: 'Something ends daprd when a Job has done its work.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { containers, spec } = workload;
    const texts = containers.map(({ value }) => startedWith(value));
    if (!isJob(workload) || isNativeDaprd(workload) || texts.some((text) => text.includes('/shutdown'))) return [];
    if (spec['shareProcessNamespace'] === true && texts.some(endsDaprd)) return [];
    return [
      finding(
        workload,
        specPath(workload, 'containers'),
        `no container's command calls /v1.0/shutdown and no annotation makes daprd a native sidecar, so daprd runs on after the work and the ${workload.ref.kind} never completes, unless the app's code or daps ends it. Run "daps inject", or write ${nativeSidecarAnnotation}: "true" with Dapr 1.18 or later.`,
      ),
    ];
  }),
};
