import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { named, slowestBeyond } from '../rule/component.ts';
import { finding, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

/** Sarama's `Consumer.Group.Rebalance.Timeout`, which no metadata changes. */
const rebalanceMs = 60_000;

export const kafkaRebalanceTimeout: Rule = {
  id: 'kafka-rebalance-timeout',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'workload'],
  summary: 'Work on a message of Kafka is over before a rebalance times out.',
  since: '0.1.0',
  check: onComponents(['pubsub.kafka'], (component, scene) => {
    const slow = slowestBeyond(scene, component, rebalanceMs);
    if (slow === undefined) return [];
    return [
      finding(
        component,
        ['spec', 'type'],
        `work of ${named(slow.workload)} takes up to ${formatDuration(slow.workMs)}, and Kafka waits 60s for it at a rebalance, which every rollout and every scaling starts: then it removes the pod from the group, refuses its offsets, and another pod does the work again. Make the work idempotent, or split it into parts shorter than 60s.`,
      ),
    ];
  }),
};
