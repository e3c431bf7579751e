import { listed, metadataOf } from '../rule/component.ts';
import { finding, metadataPath } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isFor, receiversOf, subscriptionsTo } from '../scene/relations.ts';

/** Brokers that give each message to one consumer of those with the same consumerID. */
const types = new Set([
  'pubsub.kafka',
  'pubsub.rabbitmq',
  'pubsub.redis',
  'pubsub.azure.servicebus.topics',
  'pubsub.azure.servicebus',
  'pubsub.gcp.pubsub',
  'pubsub.aws.snssqs',
  'pubsub.snssqs',
  'pubsub.pulsar',
]);

export const consumerIdShared: Rule = {
  id: 'consumer-id-shared',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'Subscription', 'workload'],
  summary: 'Apps that subscribe to one topic have a consumerID each.',
  since: '0.1.0',
  check: (scene) =>
    scene.components
      .filter(({ type }) => types.has(type))
      .flatMap((component) => {
        const key = metadataOf(component, 'consumerGroup') ? 'consumerGroup' : 'consumerID';
        const consumer = metadataOf(component, key) ?? '';
        if (consumer === '' || consumer.includes('{')) return [];
        const subscriptions = subscriptionsTo(scene, component);
        const shared = [...new Set(subscriptions.map(({ topic }) => topic))].flatMap((topic) => {
          const apps = receiversOf(scene, component).filter((workload) =>
            subscriptions.some((one) => one.topic === topic && one.scopes.length > 0 && isFor(one, workload)),
          );
          const ids = [...new Set(apps.map(({ appId }) => appId))];
          return ids.length > 1 ? [{ topic, ids }] : [];
        })[0];
        if (shared === undefined) return [];
        return [
          finding(
            component,
            metadataPath(component, key),
            `${key} is "${consumer}" for every app, and ${listed(shared.ids)} both subscribe to "${shared.topic}": each message reaches only one of them. Write ${key}: "{appID}", or remove it.`,
          ),
        ];
      }),
};
