import { wholeNumber } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const mqttQosZero: Rule = {
  id: 'mqtt-qos-zero',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'An MQTT broker keeps a message until the app has handled it.',
  since: '0.1.0',
  check: onComponents(['pubsub.mqtt3', 'pubsub.mqtt'], (component) => {
    if (wholeNumber(component, 'qos', 1) !== 0) return [];
    const path = metadataPath(component, 'qos');
    return [
      finding(
        component,
        path,
        'qos is 0, so the broker sends each message at most once and keeps none: whatever is in flight or arrives while a pod stops or crashes is lost. Write qos: "1", or remove it.',
      ),
    ];
  }),
};
