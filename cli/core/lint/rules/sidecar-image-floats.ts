import { tagOfImage } from '../../dapr/version.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

const annotation = 'dapr.io/sidecar-image';
const floating = /^(latest|edge|nightly|master|main|stable)([-_].*)?$/;

export const sidecarImageFloats: Rule = {
  id: 'sidecar-image-floats',
  severity: 'warning',
  topic: 'versions',
  looksAt: ['workload'],
  summary: 'The image of daprd is one version.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const image = workload.annotations.get(annotation) ?? '';
    const tag = tagOfImage(image);
    if (image === '' || image.includes('@') || !(tag === undefined || floating.test(tag))) return [];
    return [
      finding(
        workload,
        annotationPath(workload, annotation),
        `${annotation} is "${image}", which is another version each time it is pulled: a pod that starts again may get a daprd that does not fit the control plane. Write the version as its tag, or remove the annotation.`,
      ),
    ];
  }),
};
