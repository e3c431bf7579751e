import { type Path, valueAt } from '../../manifest/model/path.ts';
import type { Value } from '../../manifest/model/value.ts';
import { mapOf, numberOf, textOf } from '../../manifest/object/pod.ts';
import { named } from '../rule/component.ts';
import { finding } from '../rule/findings.ts';
import { fewestReplicas } from '../rule/replicas.ts';
import type { Rule } from '../rule/rule.ts';
import { isSameNamespace, selects } from '../scene/relations.ts';

export const disruptionBudgetBlocks: Rule = {
  id: 'disruption-budget-blocks',
  severity: 'warning',
  topic: 'scaling',
  looksAt: ['PodDisruptionBudget', 'workload'],
  summary: 'A PodDisruptionBudget lets a node drain end a pod.',
  since: '0.1.0',
  check: (scene) =>
    scene.disruptionBudgets.flatMap((budget) => {
      const spec = mapOf(budget.value['spec']);
      const [workload, ...others] = scene.workloads.filter(
        (one) => isSameNamespace(budget.ref.namespace, one.namespace) && selects(mapOf(spec['selector']), one) === true,
      );
      if (workload === undefined) return [];
      const field = (
        name: string,
      ): { readonly path: Path; readonly text: string; readonly value: Value | undefined } => ({
        path: ['spec', name],
        text: `${name} is ${shown(valueAt(spec, [name]))}`,
        value: valueAt(spec, [name]),
      });
      const most = field('maxUnavailable');
      const least = field('minAvailable');
      const replicas = others.length === 0 ? fewestReplicas(scene, workload) : undefined;
      const needed = numberOf(least.value);
      const isTooMany =
        needed !== undefined && needed > 0 && replicas !== undefined && replicas > 0 && needed >= replicas;
      const blocking = isNone(most.value)
        ? most
        : textOf(least.value)?.trim() === '100%' || isTooMany
          ? least
          : undefined;
      if (blocking === undefined) return [];
      const count = blocking === least && isTooMany ? `, and ${named(workload)} may have ${replicas} of them` : '';
      return [
        finding(
          budget,
          blocking.path,
          `${blocking.text}${count}: no pod of ${named(workload)} may be evicted, so each node drain and each upgrade of the cluster hangs until somebody deletes the pod. Write maxUnavailable: 1.`,
        ),
      ];
    }),
};

const isNone = (value: Value | undefined): boolean => numberOf(value) === 0 || /^0+%$/.test(textOf(value) ?? '');

const shown = (value: Value | undefined): string => textOf(value) ?? String(numberOf(value) ?? '');
