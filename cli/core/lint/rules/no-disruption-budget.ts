import { mapOf } from '../../manifest/object/pod.ts';
import { finding, onWorkloads } from '../rule/findings.ts';
import { fewestReplicas } from '../rule/replicas.ts';
import type { Rule } from '../rule/rule.ts';
import { isSameNamespace, selects } from '../scene/relations.ts';

export const noDisruptionBudget: Rule = {
  id: 'no-disruption-budget',
  severity: 'note',
  topic: 'scaling',
  looksAt: ['workload', 'PodDisruptionBudget'],
  summary: 'A node drain leaves some pods of an app running.',
  since: '0.1.0',
  check: onWorkloads((workload, scene) => {
    const fewest = fewestReplicas(scene, workload) ?? 0;
    const near = scene.disruptionBudgets.filter(({ ref }) => isSameNamespace(ref.namespace, workload.namespace));
    if (fewest < 2 || near.length === 0) return [];
    if (near.some(({ value }) => selects(mapOf(mapOf(value['spec'])['selector']), workload) !== false)) return [];
    return [
      finding(
        workload,
        ['spec', 'replicas'],
        `other workloads have a PodDisruptionBudget and none given selects this one: a node drain may end all its ${fewest} pods at once. Add a PodDisruptionBudget with maxUnavailable: 1.`,
      ),
    ];
  }),
};
