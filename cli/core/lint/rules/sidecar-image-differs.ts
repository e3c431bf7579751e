import { formatVersion, versionOfImage } from '../../dapr/version.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

const annotation = 'dapr.io/sidecar-image';

export const sidecarImageDiffers: Rule = {
  id: 'sidecar-image-differs',
  severity: 'warning',
  topic: 'versions',
  looksAt: ['workload'],
  summary: 'The pinned daprd is of the same minor version as the control plane.',
  since: '0.1.0',
  check: onWorkloads((workload, { options }) => {
    const pinned = versionOfImage(workload.annotations.get(annotation) ?? '');
    const { daprVersion: cluster } = options;
    if (pinned === undefined || cluster === undefined) return [];
    if (pinned.major === cluster.major && pinned.minor === cluster.minor) return [];
    return [
      finding(
        workload,
        annotationPath(workload, annotation),
        `${annotation} is version ${formatVersion(pinned)}, and Dapr in the cluster is ${formatVersion(cluster)}: its injector writes the flags of its own version, and daprd ends at once over a flag it does not know. Remove the annotation, or write version ${cluster.major}.${cluster.minor}.`,
      ),
    ];
  }),
};
