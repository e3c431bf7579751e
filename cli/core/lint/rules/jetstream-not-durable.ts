import { mayReceive, metadataOf } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const jetstreamNotDurable: Rule = {
  id: 'jetstream-not-durable',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'JetStream remembers what an app has read.',
  since: '0.1.0',
  check: onComponents(['pubsub.jetstream'], (component, scene) => {
    if (metadataOf(component, 'durableName') !== undefined || !mayReceive(scene, component)) return [];
    const policy = metadataOf(component, 'deliverPolicy') ?? 'all';
    const effect =
      policy === 'new'
        ? 'misses what is published until the next daprd is there'
        : 'reads the stream from its start position again';
    return [
      finding(
        component,
        metadataPath(component, 'durableName'),
        `durableName is not set, so each daprd makes a consumer that is deleted with it: after a rollout or a crash the app ${effect} (deliverPolicy ${policy}). Write durableName, and queueGroupName where the app has several pods.`,
      ),
    ];
  }),
};
