import { valueAt } from '../../manifest/model/path.ts';
import { isMapValue } from '../../manifest/model/value.ts';
import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isActorStore, isStateStore } from '../scene/actor-store.ts';
import { isSameNamespace } from '../scene/relations.ts';
import type { DaprObject } from '../scene/scene.ts';

/** What only an app with actors or workflows needs. */
const hints = [
  ['spec', 'targets', 'actors'],
  ['spec', 'workflow'],
];

const isFilled = ({ value }: DaprObject, path: readonly string[]): boolean => {
  const found = valueAt(value, path);
  return isMapValue(found) && Object.keys(found).length > 0;
};

export const actorsWithoutStateStore: Rule = {
  id: 'actors-without-state-store',
  severity: 'warning',
  topic: 'actors',
  looksAt: ['Resiliency', 'Configuration', 'Component', 'set'],
  summary: 'An app with actors or workflows has a state store for them.',
  since: '0.1.0',
  check: ({ resiliencies, configurations, components }) =>
    [...resiliencies, ...configurations].flatMap((object) => {
      const stores = components.filter(
        (component) => isStateStore(component) && isSameNamespace(component.ref.namespace, object.ref.namespace),
      );
      const hint = hints.find((path) => isFilled(object, path));
      const [first] = stores;
      return hint === undefined || first === undefined || stores.some(isActorStore)
        ? []
        : [
            finding(
              object,
              hint,
              `${hint.join('.')} is about actors or workflows, and no state store given here (${stores.map(({ ref }) => ref.name).join(', ')}) has actorStateStore: daprd refuses them where the cluster has no other. Write actorStateStore: "true" in the metadata of one, such as "${first.ref.name}".`,
            ),
          ];
    }),
};
