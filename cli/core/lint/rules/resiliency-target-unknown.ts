import { type Path, valueAt } from '../../manifest/model/path.ts';
import { mapOf } from '../../manifest/object/pod.ts';
import { nearest } from '../../nearest.ts';
import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isSameNamespace } from '../scene/relations.ts';

export const resiliencyTargetUnknown: Rule = {
  id: 'resiliency-target-unknown',
  severity: 'note',
  topic: 'delivery',
  looksAt: ['Resiliency', 'Component', 'workload'],
  summary: 'A Resiliency names a component and an app that exist.',
  since: '0.1.0',
  check: (scene) =>
    scene.resiliencies.flatMap((resiliency) => {
      const isNear = (namespace: string): boolean => isSameNamespace(namespace, resiliency.ref.namespace);
      const components = scene.components.filter(({ ref }) => isNear(ref.namespace)).map(({ ref }) => ref.name);
      const apps = scene.workloads.filter(({ namespace }) => isNear(namespace)).map(({ appId }) => appId);
      const unknown = (list: string, what: string, known: readonly string[]) =>
        Object.keys(mapOf(valueAt(resiliency.value, ['spec', 'targets', list]))).flatMap((name) => {
          const path: Path = ['spec', 'targets', list, name];
          const guess = known.includes(name) ? undefined : nearest(name, known);
          return guess === undefined
            ? []
            : [
                finding(
                  resiliency,
                  path,
                  `no ${what} given is named "${name}", so nothing uses these policies. Write ${guess}, if that is meant.`,
                ),
              ];
        });
      return [...unknown('components', 'Component', components), ...unknown('apps', 'app', apps)];
    }),
};
