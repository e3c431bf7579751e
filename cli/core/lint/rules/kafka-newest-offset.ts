import { mayReceive, metadataOf } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const kafkaNewestOffset: Rule = {
  id: 'kafka-newest-offset',
  severity: 'note',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'A new consumer group of Kafka reads what was published before it.',
  since: '0.1.0',
  check: onComponents(['pubsub.kafka'], (component, scene) => {
    const offset = metadataOf(component, 'initialOffset');
    if (offset === '' || (offset ?? 'newest').toLowerCase() !== 'newest' || !mayReceive(scene, component)) return [];
    const hasGroup = ['consumerGroup', 'consumerID'].some((name) => metadataOf(component, name) !== undefined);
    const group = hasGroup ? 'its consumer group' : 'its consumer group, which is its app-id,';
    return [
      finding(
        component,
        metadataPath(component, 'initialOffset'),
        `initialOffset is ${offset === undefined ? 'not set, which means newest' : offset}: when an app reads a topic for the first time, or ${group} gets another name, it skips everything that was published before. Write initialOffset: "oldest" where no message may be skipped.`,
      ),
    ];
  }),
};
