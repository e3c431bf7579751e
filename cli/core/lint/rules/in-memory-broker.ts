import { finding, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const inMemoryBroker: Rule = {
  id: 'in-memory-broker',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'Messages go through a broker that outlives a pod.',
  since: '0.1.0',
  check: onComponents(['pubsub.in-memory'], (component) => [
    finding(
      component,
      ['spec', 'type'],
      'type is pubsub.in-memory, a bus inside one daprd: no other pod receives a message, and all of them are lost when the pod ends. Use a broker, or keep this Component out of clusters.',
    ),
  ]),
};
