import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isSameNamespace } from '../scene/relations.ts';

export const deadLetterWithoutSubscriber: Rule = {
  id: 'dead-letter-without-subscriber',
  severity: 'note',
  topic: 'delivery',
  looksAt: ['Subscription'],
  summary: 'Somebody subscribes to a dead-letter topic.',
  since: '0.1.0',
  check: ({ subscriptions }) =>
    subscriptions.flatMap((subscription) => {
      const { deadLetterTopic = '', pubsub, ref } = subscription;
      const isRead = subscriptions.some(
        (other) =>
          other.topic === deadLetterTopic &&
          other.pubsub === pubsub &&
          isSameNamespace(other.ref.namespace, ref.namespace),
      );
      return deadLetterTopic === '' || isRead
        ? []
        : [
            finding(
              subscription,
              ['spec', 'deadLetterTopic'],
              `no Subscription given reads "${deadLetterTopic}": unless an app subscribes to it in its code, many brokers drop what is published to it. Add a Subscription for the topic.`,
            ),
          ];
    }),
};
