import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { itemsOfList } from '../scene/daprd.ts';

const annotation = 'dapr.io/sidecar-listen-addresses';
const everywhere = ['0.0.0.0', '::', '[::]'];

export const listensOnAllAddresses: Rule = {
  id: 'listens-on-all-addresses',
  severity: 'warning',
  topic: 'security',
  looksAt: ['workload'],
  summary: 'The API of daprd is open to its own pod only.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { annotations, dapr } = workload;
    const open = itemsOfList(annotations.get(annotation) ?? '').find((address) => everywhere.includes(address));
    if (open === undefined || dapr.apiTokenSecret !== undefined) return [];
    return [
      finding(
        workload,
        annotationPath(workload, annotation),
        `${annotation} has ${open}, so every pod that reaches this one can read its secrets and state, publish in its name and shut its daprd down. Remove the annotation, or write dapr.io/api-token-secret with the Secret of a token.`,
      ),
    ];
  }),
};
