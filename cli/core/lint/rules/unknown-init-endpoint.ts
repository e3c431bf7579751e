import { isAtLeast } from '../../dapr/version.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { itemsOfList } from '../scene/daprd.ts';

const annotation = 'dapr.io/disable-init-endpoints';
const known = ['config', 'subscribe'];

export const unknownInitEndpoint: Rule = {
  id: 'unknown-init-endpoint',
  severity: 'error',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'The endpoints that disable-init-endpoints names exist.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { annotations, daprVersion } = workload;
    if (daprVersion !== undefined && !isAtLeast(daprVersion, '1.17.0')) return [];
    return itemsOfList((annotations.get(annotation) ?? '').replaceAll('"', ''))
      .filter((item) => !known.includes(item.toLowerCase()))
      .map((item) =>
        finding(
          workload,
          annotationPath(workload, annotation),
          `${annotation} names "${item}", and daprd ends at its start over anything but config and subscribe. Write ${annotation}: "config,subscribe" with those that the app does not have.`,
        ),
      );
  }),
};
