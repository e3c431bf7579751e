import { finding } from '../rule/findings.ts';
import { namespaceOf } from '../rule/namespaces.ts';
import type { Rule } from '../rule/rule.ts';

export const componentInOtherNamespace: Rule = {
  id: 'component-in-other-namespace',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Subscription', 'Component'],
  summary: 'A Subscription and its Component are in one namespace.',
  since: '0.1.0',
  check: (scene) =>
    scene.subscriptions.flatMap((subscription) => {
      const own = namespaceOf(scene, subscription);
      const places = scene.components
        .filter(({ ref }) => ref.name === subscription.pubsub)
        .map((component) => namespaceOf(scene, component));
      const [other] = places;
      if (own === '' || other === undefined || places.some((place) => place === '' || place === own)) return [];
      return [
        finding(
          subscription,
          ['spec', 'pubsubname'],
          `Component/${subscription.pubsub} is in namespace "${other}", the Subscription is in "${own}", and no Component of that name was found there: daprd loads only those of its own namespace, so the app gets no message. Put both into one namespace.`,
        ),
      ];
    }),
};
