import { isOn } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const pulsarNotPersistent: Rule = {
  id: 'pulsar-not-persistent',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'Pulsar stores a message until the app has handled it.',
  since: '0.1.0',
  check: onComponents(['pubsub.pulsar'], (component) =>
    isOn(component, 'persistent', true) === false
      ? [
          finding(
            component,
            metadataPath(component, 'persistent'),
            'persistent is false, so Pulsar stores no message: whatever is in flight or is published while a pod stops or crashes is lost. Write persistent: "true", or remove it. The topic is then another one.',
          ),
        ]
      : [],
  ),
};
