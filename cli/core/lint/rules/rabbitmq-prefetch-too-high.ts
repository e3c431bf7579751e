import { wholeNumber } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

/** The largest `uint8`, which `PrefetchCount` is. */
const largest = 255;

export const rabbitmqPrefetchTooHigh: Rule = {
  id: 'rabbitmq-prefetch-too-high',
  severity: 'error',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'A prefetchCount of RabbitMQ is at most 255.',
  since: '0.1.0',
  check: onComponents(['pubsub.rabbitmq'], (component) => {
    const count = wholeNumber(component, 'prefetchCount', 0);
    if (count === undefined || count <= largest) return [];
    return [
      finding(
        component,
        metadataPath(component, 'prefetchCount'),
        `prefetchCount is ${count}, and the component reads it as one byte: its start fails, and daprd exits. Write a number from 1 to ${largest}.`,
      ),
    ];
  }),
};
