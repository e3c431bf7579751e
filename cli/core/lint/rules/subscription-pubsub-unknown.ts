import { nearest } from '../../nearest.ts';
import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isSameNamespace } from '../scene/relations.ts';

export const subscriptionPubsubUnknown: Rule = {
  id: 'subscription-pubsub-unknown',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Subscription', 'Component'],
  summary: 'A Subscription names a pub/sub Component that exists.',
  since: '0.1.0',
  check: (scene) =>
    scene.subscriptions.flatMap((subscription) => {
      const { pubsub, ref } = subscription;
      const named = scene.components.filter((one) => one.ref.name === pubsub);
      const path = ['spec', 'pubsubname'];
      const near = scene.components.filter(
        (one) => isSameNamespace(one.ref.namespace, ref.namespace) && one.type.startsWith('pubsub.'),
      );
      const [other] = named;
      if (other !== undefined)
        return named.every(({ type }) => type !== '' && !type.startsWith('pubsub.'))
          ? [
              finding(
                subscription,
                path,
                `Component/${pubsub} is of type ${other.type}, which brings no messages. ${typeWhat(near)}`,
              ),
            ]
          : [];
      if (near.length === 0 || pubsub === '') return [];
      const guess = nearest(
        pubsub,
        near.map((one) => one.ref.name),
      );
      return [
        finding(
          subscription,
          path,
          `no Component given is named "${pubsub}": without it daprd starts no subscription and says nothing, and the app gets no message. ${guess === undefined ? typeWhat(near) : `Write pubsubname: ${guess}.`}`,
        ),
      ];
    }),
};

const typeWhat = (near: readonly { readonly ref: { readonly name: string } }[]): string => {
  const names = near.map(({ ref }) => ref.name);
  return names.length === 0
    ? 'Write the name of a pub/sub Component.'
    : `Write the name of a pub/sub Component: ${[...new Set(names)].join(', ')}.`;
};
