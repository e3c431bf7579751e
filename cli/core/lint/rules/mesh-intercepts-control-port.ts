import { controlPort } from '../../../../proxy/contract/names.ts';
import { templateOf } from '../../manifest/object/workload.ts';
import { meshExclusion } from '../../plan/mesh.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const meshInterceptsControlPort: Rule = {
  id: 'mesh-intercepts-control-port',
  severity: 'warning',
  topic: 'mesh',
  looksAt: ['workload'],
  summary: "A service mesh lets the kubelet's calls to the daps sidecar pass.",
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { kind, value, spec, settings, dapr } = workload;
    if (settings.mesh !== 'none' || dapr.appPort === undefined) return [];
    const missing = meshExclusion(templateOf(value, kind), spec, { mesh: 'auto' });
    if (missing === undefined) return [];
    return [
      finding(
        workload,
        annotationPath(workload, missing.annotation),
        `the pod is in a service mesh and the setting mesh is none, so daps excludes no port: the mesh takes the kubelet's calls to port ${controlPort}, and a hook that fails ends the app at once. Write mesh: auto, or ${missing.annotation}: "${missing.text}" on the pod template.`,
      ),
    ];
  }),
};
