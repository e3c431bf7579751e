import { valueAt } from '../../manifest/model/path.ts';
import type { MapValue } from '../../manifest/model/value.ts';
import { itemsOf, mapOf } from '../../manifest/object/pod.ts';
import { finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { scaling } from '../scene/relations.ts';

type Resource = 'cpu' | 'memory';
const resources: readonly Resource[] = ['cpu', 'memory'];
/** The annotations that give daprd each resource. */
const sidecarResources = {
  cpu: { request: 'dapr.io/sidecar-cpu-request', limit: 'dapr.io/sidecar-cpu-limit' },
  memory: { request: 'dapr.io/sidecar-memory-request', limit: 'dapr.io/sidecar-memory-limit' },
} as const satisfies Readonly<Record<Resource, object>>;

const examples: Readonly<Record<Resource, string>> = { cpu: '100m', memory: '250Mi' };

/** The resources of whole pods that it measures in percent of their requests, as each version of the API writes them. */
const measured = (autoscaler: MapValue): readonly Resource[] => {
  const spec = mapOf(valueAt(autoscaler, ['spec']));
  const metrics = itemsOf(spec['metrics'])
    .filter((metric) => metric['type'] === 'Resource')
    .map((metric) => mapOf(metric['resource']))
    .filter(
      (metric) =>
        mapOf(metric['target'])['averageUtilization'] !== undefined || metric['targetAverageUtilization'] !== undefined,
    );
  return resources.filter(
    (resource) =>
      metrics.some(({ name }) => name === resource) ||
      (resource === 'cpu' && spec['targetCPUUtilizationPercentage'] !== undefined),
  );
};

export const autoscalerNeedsSidecarRequest: Rule = {
  id: 'autoscaler-needs-sidecar-request',
  severity: 'warning',
  topic: 'scaling',
  looksAt: ['HorizontalPodAutoscaler', 'workload', 'set'],
  summary: 'An autoscaler measures a resource that every container requests, daprd too.',
  since: '0.1.0',
  check: onWorkloads((workload, scene) => {
    const { annotations, spec } = workload;
    const isOfPod = Object.keys(mapOf(mapOf(spec['resources'])['requests'])).length > 0;
    if (isOfPod) return [];
    return scaling(scene.autoscalers, workload).flatMap((autoscaler) =>
      measured(autoscaler.value)
        .filter((resource) =>
          Object.values(sidecarResources[resource]).every((name) => (annotations.get(name) ?? '') === ''),
        )
        .map((resource) =>
          finding(
            autoscaler,
            ['spec', 'metrics'],
            `this autoscaler measures ${resource} in percent of what the pods of "${workload.ref.name}" request, and daprd requests none, so it cannot compute it and scales nothing, unless a LimitRange sets a request. Write ${sidecarResources[resource].request}: "${examples[resource]}".`,
          ),
        ),
    );
  }),
};
