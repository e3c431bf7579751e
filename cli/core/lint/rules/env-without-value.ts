import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

const lists = ['dapr.io/env', 'dapr.io/env-from-secret'];

export const envWithoutValue: Rule = {
  id: 'env-without-value',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: "Each entry of daprd's variables has a value.",
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { annotations, isInline } = workload;
    if (isInline) return [];
    return lists.flatMap((annotation) =>
      (annotations.get(annotation) ?? '')
        .split(/,(?=\s*[a-zA-Z_][a-zA-Z0-9_]*=)/)
        .map((item) => item.trim())
        .filter((item) => item !== '' && !item.includes('='))
        .map((item) =>
          finding(
            workload,
            annotationPath(workload, annotation),
            `${annotation} has "${item}" without "=", so Dapr's injector passes over it, and daprd starts without that variable. Write ${annotation}: "${annotation === 'dapr.io/env' ? 'NAME=value' : 'NAME=secret:key'}".`,
          ),
        ),
    );
  }),
};
