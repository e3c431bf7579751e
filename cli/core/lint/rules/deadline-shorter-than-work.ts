import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { type Path, valueAt } from '../../manifest/model/path.ts';
import { numberOf } from '../../manifest/object/pod.ts';
import { finding, onWorkloads, specPath } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isJob } from '../scene/daprd.ts';

export const deadlineShorterThanWork: Rule = {
  id: 'deadline-shorter-than-work',
  severity: 'error',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: 'A Job has time for the longest work.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { longestWorkMs, kind, value } = workload;
    if (longestWorkMs === undefined || !isJob(workload)) return [];
    const places: readonly Path[] = [
      [...kind.path.slice(0, -1), 'activeDeadlineSeconds'],
      specPath(workload, 'activeDeadlineSeconds'),
    ];
    return places.flatMap((path) => {
      const seconds = numberOf(valueAt(value, path));
      return seconds === undefined || seconds * 1000 >= longestWorkMs
        ? []
        : [
            finding(
              workload,
              path,
              `activeDeadlineSeconds is ${seconds}, and the longest work takes ${formatDuration(longestWorkMs)}: Kubernetes ends the pods before the work is done. Write activeDeadlineSeconds: ${Math.ceil(longestWorkMs / 1000) + 60}.`,
            ),
          ];
    });
  }),
};
