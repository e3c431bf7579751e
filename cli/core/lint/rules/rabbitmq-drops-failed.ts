import { isOn, mayReceive } from '../rule/component.ts';
import { areFailuresKept } from '../rule/failed-deliveries.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import { isRetried } from '../rule/resiliency.ts';
import type { Rule } from '../rule/rule.ts';
import { subscriptionsTo } from '../scene/relations.ts';

export const rabbitmqDropsFailed: Rule = {
  id: 'rabbitmq-drops-failed',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'Subscription', 'Resiliency'],
  summary: 'RabbitMQ keeps a message whose delivery fails.',
  since: '0.1.0',
  check: onComponents(['pubsub.rabbitmq'], (component, scene) => {
    const isKept = ['requeueInFailure', 'enableDeadLetter', 'autoAck'].some(
      (name) => isOn(component, name, false) !== false,
    );
    if (isKept || !mayReceive(scene, component) || isRetried(scene, component)) return [];
    if (areFailuresKept(scene, component)) return [];
    const first = subscriptionsTo(scene, component).find(({ deadLetterTopic }) => (deadLetterTopic ?? '') === '');
    const where =
      first === undefined
        ? 'no Subscription with a deadLetterTopic and no Resiliency that retries deliveries was found'
        : `Subscription/${first.ref.name} has no deadLetterTopic, and no Resiliency that retries deliveries was found`;
    return [
      finding(
        component,
        metadataPath(component, 'requeueInFailure'),
        `requeueInFailure is not true, so RabbitMQ deletes a message whose delivery fails: ${where}. Set a deadLetterTopic, add an inbound retry for "${component.ref.name}", or write requeueInFailure: "true".`,
      ),
    ];
  }),
};
