import { finding, metadataPath } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isActorStore } from '../scene/actor-store.ts';
import type { Component } from '../scene/scene.ts';

/** Whether some app loads both. Namespaces must be written alike: an unknown one may be another. */
const isLoadedWith = (a: Component, b: Component): boolean =>
  a.ref.namespace === b.ref.namespace &&
  a.ref.name !== b.ref.name &&
  (a.scopes.length === 0 || b.scopes.length === 0 || a.scopes.some((scope) => b.scopes.includes(scope)));

export const twoActorStateStores: Rule = {
  id: 'two-actor-state-stores',
  severity: 'error',
  topic: 'actors',
  looksAt: ['Component', 'set'],
  summary: 'An app has one actor state store.',
  since: '0.1.0',
  check: ({ components }) => {
    const stores = components.filter(isActorStore);
    return stores.flatMap((store, index) => {
      const first = stores.slice(0, index).find((other) => isLoadedWith(other, store));
      return first === undefined
        ? []
        : [
            finding(
              store,
              metadataPath(store, 'actorStateStore'),
              `actorStateStore is true here and in Component "${first.ref.name}", and daprd fails at its start where it loads two. Write actorStateStore: "false" in one of them, or give them scopes of different apps.`,
            ),
          ];
    });
  },
};
