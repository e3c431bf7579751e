import { type Path, valueAt } from '../../manifest/model/path.ts';
import { itemsOf, numberOf, textOf } from '../../manifest/object/pod.ts';
import { named } from '../rule/component.ts';
import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { scaling } from '../scene/relations.ts';
import type { SceneObject } from '../scene/scene.ts';

export const autoscalerScalesDownFast: Rule = {
  id: 'autoscaler-scales-down-fast',
  severity: 'note',
  topic: 'scaling',
  looksAt: ['HorizontalPodAutoscaler', 'ScaledObject', 'workload'],
  summary: 'An autoscaler waits before it ends pods.',
  since: '0.1.0',
  check: (scene) =>
    scene.workloads.flatMap((workload) =>
      [
        ...scaling(scene.autoscalers, workload).map((object) => ({ object, path: ['spec', 'behavior', 'scaleDown'] })),
        ...scaling(scene.scaledObjects, workload).map((object) => ({
          object,
          path: ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behavior', 'scaleDown'],
        })),
      ].flatMap(({ object, path }) => {
        const window = numberOf(valueAt(object.value, [...path, 'stabilizationWindowSeconds']));
        if (window === undefined || window >= workload.graceSeconds || isSlow(object, path, workload.graceSeconds))
          return [];
        return [
          finding(
            object,
            [...path, 'stabilizationWindowSeconds'],
            `stabilizationWindowSeconds is ${window}, and a pod of ${named(workload)} may take ${workload.graceSeconds} s to end: a short dip ends pods, and new ones start while those still finish their work. Write ${Math.max(60, workload.graceSeconds * 2)}, or a policy that ends one pod at a time.`,
          ),
        ];
      }),
    ),
};

/** Whether a policy lets only one pod go in the time that one takes to end. */
const isSlow = ({ value }: SceneObject, path: Path, graceSeconds: number): boolean => {
  const select = textOf(valueAt(value, [...path, 'selectPolicy'])) ?? 'Max';
  if (select === 'Disabled') return true;
  const policies = itemsOf(valueAt(value, [...path, 'policies']));
  const slow = policies.map(
    (policy) =>
      policy['type'] === 'Pods' &&
      numberOf(policy['value']) === 1 &&
      (numberOf(policy['periodSeconds']) ?? 0) >= graceSeconds,
  );
  return select === 'Min' ? slow.includes(true) : slow.length > 0 && !slow.includes(false);
};
