import { parseMounts } from '../../dapr/volume-mounts.ts';
import { valueAt } from '../../manifest/model/path.ts';
import { itemsOf, mapOf, nameOf, textOf } from '../../manifest/object/pod.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { itemsOfList } from '../scene/daprd.ts';

const mountAnnotations = ['dapr.io/volume-mounts', 'dapr.io/volume-mounts-rw'];

export const unknownVolumeMount: Rule = {
  id: 'unknown-volume-mount',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'Volumes that daprd mounts are volumes of the pod.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { annotations, spec, isInline, value } = workload;
    if (isInline) return [];
    const claims = itemsOf(valueAt(value, ['spec', 'volumeClaimTemplates'])).map(
      (claim) => textOf(mapOf(claim['metadata'])['name']) ?? '',
    );
    const volumes = [...itemsOf(spec['volumes']).map(nameOf), ...claims];
    return mountAnnotations.flatMap((annotation) =>
      itemsOfList(annotations.get(annotation) ?? '')
        .filter((item) => !parseMounts(item).some(({ name }) => volumes.includes(name)))
        .map((item) =>
          finding(
            workload,
            annotationPath(workload, annotation),
            `${annotation} has "${item}", which names no volume of this pod (volumes: ${volumes.join(', ') || 'none'}), so daprd starts without it. Write a volume under spec.volumes, and ${annotation}: "name:/path".`,
          ),
        ),
    );
  }),
};
