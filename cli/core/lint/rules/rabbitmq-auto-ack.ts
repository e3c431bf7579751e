import { isTruthy } from '../../dapr/truthy.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const rabbitmqAutoAck: Rule = {
  id: 'rabbitmq-auto-ack',
  severity: 'error',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'RabbitMQ keeps a message until the app has handled it.',
  since: '0.1.0',
  check: onComponents(['pubsub.rabbitmq'], (component) =>
    isTruthy(component.metadata.get('autoack') ?? '')
      ? [
          finding(
            component,
            metadataPath(component, 'autoAck'),
            'autoAck is true, so RabbitMQ forgets a message when it sends it: whatever is in flight when a pod stops or crashes is lost. Write autoAck: "false", or remove it.',
            [{ op: 'set', path: metadataPath(component, 'autoAck'), value: 'false' }],
          ),
        ]
      : [],
  ),
};
