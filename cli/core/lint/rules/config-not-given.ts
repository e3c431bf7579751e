import { nearest } from '../../nearest.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { configurationOf, isSameNamespace } from '../scene/relations.ts';

const annotation = 'dapr.io/config';

export const configNotGiven: Rule = {
  id: 'config-not-given',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload', 'Configuration', 'set'],
  summary: 'The Configuration that a workload names is there.',
  since: '0.1.0',
  check: onWorkloads((workload, scene) => {
    const name = workload.annotations.get(annotation) ?? '';
    const given = scene.configurations
      .filter(({ ref }) => isSameNamespace(ref.namespace, workload.namespace))
      .map(({ ref }) => ref.name);
    if (name === '' || given.length === 0 || configurationOf(scene, workload) !== undefined) return [];
    const meant = nearest(name, given) ?? given[0];
    return [
      finding(
        workload,
        annotationPath(workload, annotation),
        `${annotation} is "${name}", and no Configuration given here for this namespace is called so (given: ${given.join(', ')}); daprd ends at its start where the cluster has none either. Write ${annotation}: "${meant}", or give that Configuration too.`,
      ),
    ];
  }),
};
