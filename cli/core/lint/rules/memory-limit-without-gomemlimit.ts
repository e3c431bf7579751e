import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

const limitAnnotation = 'dapr.io/sidecar-memory-limit';

const mebibytes: Readonly<Record<string, number>> = { Mi: 1, Gi: 1024, M: 1e6 / 1024 ** 2, G: 1e9 / 1024 ** 2 };

/** Nine tenths of a limit, in the unit that Go reads. */
const softLimit = (limit: string): string => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([MG]i?)$/.exec(limit) ?? [];
  return number === '' ? '<90 % of it>MiB' : `${Math.floor(Number(number) * (mebibytes[unit] ?? 0) * 0.9)}MiB`;
};

export const memoryLimitWithoutGomemlimit: Rule = {
  id: 'memory-limit-without-gomemlimit',
  severity: 'note',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'A daprd with a memory limit knows of it.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { annotations } = workload;
    const limit = annotations.get(limitAnnotation) ?? '';
    const set = ['dapr.io/env', 'dapr.io/env-from-secret'].map((name) => annotations.get(name) ?? '');
    if (limit === '' || set.some((text) => text.includes('GOMEMLIMIT'))) return [];
    return [
      finding(
        workload,
        annotationPath(workload, limitAnnotation),
        `${limitAnnotation} is "${limit}", and Go's garbage collector in daprd does not know it: under load the kernel may end daprd with messages in flight. Write dapr.io/env: "GOMEMLIMIT=${softLimit(limit)}".`,
      ),
    ];
  }),
};
