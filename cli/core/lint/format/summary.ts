import { counted } from '../../counted.ts';
import type { LintResult } from '../result.ts';
import { severities } from '../rule/rule.ts';

/** `daps lint: 1 error, 2 warnings in 3 Dapr workloads; 1 ignored` */
export const lintSummary = (result: LintResult): string => {
  const { findings, ignored, workloads, baselined, goneFromBaseline } = result;
  const found = severities
    .map((severity) => [findings.filter((one) => one.severity === severity).length, severity] as const)
    .filter(([number]) => number > 0)
    .map(([number, severity]) => counted(number, severity));
  const left = [
    ...(ignored.length === 0 ? [] : [`${ignored.length} ignored`]),
    ...(baselined === 0 ? [] : [`${baselined} in the baseline`]),
    ...(goneFromBaseline === 0
      ? []
      : [
          `${counted(goneFromBaseline, 'entry', 'entries')} of the baseline ${goneFromBaseline === 1 ? 'is' : 'are'} gone: write it again`,
        ]),
  ];
  const where = `in ${counted(workloads.length, 'Dapr workload')}`;
  return `daps lint: ${found.length === 0 ? 'no findings' : found.join(', ')} ${where}${left.length === 0 ? '' : `; ${left.join(', ')}`}`;
};
