import { nearest } from '../../nearest.ts';
import { finding } from '../rule/findings.ts';
import type { Finding, Rule } from '../rule/rule.ts';
import { isSameNamespace } from '../scene/relations.ts';
import type { DaprObject, Scene, Subscription } from '../scene/scene.ts';

export const scopesMissApp: Rule = {
  id: 'scopes-miss-app',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'Subscription', 'Resiliency', 'workload'],
  summary: 'Scopes name the app-ids that they mean.',
  since: '0.1.0',
  check: (scene) => [
    ...[...scene.components, ...scene.subscriptions, ...scene.resiliencies].flatMap((object) =>
      misspelled(object, scene),
    ),
    ...scene.subscriptions.flatMap((subscription) => excluded(subscription, scene)),
  ],
};

/** Entries that name no app given, and that are very like one. */
const misspelled = (object: DaprObject, { workloads }: Scene): readonly Finding[] => {
  const known = workloads
    .filter(({ namespace }) => isSameNamespace(namespace, object.ref.namespace))
    .map(({ appId }) => appId);
  return object.scopes.flatMap((scope, index) => {
    if (known.includes(scope)) return [];
    const guess = nearest(
      scope,
      known.filter((appId) => !object.scopes.includes(appId)),
    );
    return guess === undefined
      ? []
      : [
          finding(
            object,
            ['scopes', index],
            `no app given has the app-id "${scope}", and "${guess}" is not among these scopes, so it goes without this ${object.ref.kind}. Write ${guess}, if that is meant.`,
          ),
        ];
  });
};

/** Apps that a Subscription is for and that its Component leaves out. */
const excluded = (subscription: Subscription, scene: Scene): readonly Finding[] => {
  const own = scene.components.filter(
    ({ ref }) => ref.name === subscription.pubsub && isSameNamespace(ref.namespace, subscription.ref.namespace),
  );
  return subscription.scopes.flatMap((scope, index) =>
    own.length === 0 || own.some(({ scopes }) => scopes.length === 0 || scopes.includes(scope))
      ? []
      : [
          finding(
            subscription,
            ['scopes', index],
            `the Subscription is for "${scope}", and the scopes of Component/${subscription.pubsub} leave that app out, so it gets no message. Add ${scope} to the scopes of the Component.`,
          ),
        ],
  );
};
