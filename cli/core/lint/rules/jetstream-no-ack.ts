import { metadataOf } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const jetstreamNoAck: Rule = {
  id: 'jetstream-no-ack',
  severity: 'error',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'JetStream keeps a message until the app has handled it.',
  since: '0.1.0',
  check: onComponents(['pubsub.jetstream'], (component) => {
    if (metadataOf(component, 'ackPolicy') !== 'none') return [];
    return [
      finding(
        component,
        metadataPath(component, 'ackPolicy'),
        'ackPolicy is none, so the server counts a message as handled when it sends it: whatever is in flight when a pod stops or crashes is lost, and so is a delivery that fails. Write ackPolicy: "explicit", or remove it.',
      ),
    ];
  }),
};
