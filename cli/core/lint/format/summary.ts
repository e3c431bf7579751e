import type { LintResult } from '../result.ts';
import { severities } from '../rule/rule.ts';

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `daps lint: 1 error, 2 warnings in 3 Dapr workloads; 1 ignored` */
export const lintSummary = ({ findings, ignored, workloads, baselined }: LintResult): string => {
  const found = severities
    .map((severity) => [findings.filter((one) => one.severity === severity).length, severity] as const)
    .filter(([number]) => number > 0)
    .map(([number, severity]) => count(number, severity));
  const left = [
    ...(ignored.length === 0 ? [] : [`${ignored.length} ignored`]),
    ...(baselined === 0 ? [] : [`${baselined} in the baseline`]),
  ];
  const where = `in ${count(workloads, 'Dapr workload')}`;
  return `daps lint: ${found.length === 0 ? 'no findings' : found.join(', ')} ${where}${left.length === 0 ? '' : `; ${left.join(', ')}`}`;
};
