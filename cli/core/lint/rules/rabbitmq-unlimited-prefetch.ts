import { isOn, mayReceive, wholeNumber } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const rabbitmqUnlimitedPrefetch: Rule = {
  id: 'rabbitmq-unlimited-prefetch',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'A consumer of RabbitMQ takes only as many messages as it works on.',
  since: '0.1.0',
  check: onComponents(['pubsub.rabbitmq'], (component, scene) =>
    wholeNumber(component, 'prefetchCount', 0) === 0 &&
    isOn(component, 'autoAck', false) === false && // RabbitMQ limits only what is acknowledged
    mayReceive(scene, component)
      ? [
          finding(
            component,
            metadataPath(component, 'prefetchCount'),
            `prefetchCount is ${component.metadata.has('prefetchcount') ? '0' : 'not set'}, so the first pod takes every message of the queue: other pods get none, and at its end all of them are delivered again. Write prefetchCount: "10", or as many as one pod works on at a time.`,
          ),
        ]
      : [],
  ),
};
