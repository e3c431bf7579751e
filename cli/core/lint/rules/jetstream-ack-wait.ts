import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { durationOf, metadataOf, named, slowestBeyond } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

/** What the NATS server sets where a consumer names none. */
const byDefaultMs = 30_000;

export const jetstreamAckWait: Rule = {
  id: 'jetstream-ack-wait',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'workload'],
  summary: 'JetStream waits for an acknowledgment for as long as the work takes.',
  since: '0.1.0',
  check: onComponents(['pubsub.jetstream'], (component, scene) => {
    // The server takes the first `backOff` for ackWait.
    if (metadataOf(component, 'ackPolicy') === 'none' || component.metadata.has('backoff')) return [];
    const waitMs = durationOf(component, 'ackWait', { byDefaultMs, unitMs: 1000 });
    const slow = waitMs === undefined || waitMs === 0 ? undefined : slowestBeyond(scene, component, waitMs);
    if (waitMs === undefined || slow === undefined) return [];
    const state = component.metadata.has('ackwait') ? formatDuration(waitMs) : 'not set, which means 30s';
    return [
      finding(
        component,
        metadataPath(component, 'ackWait'),
        `ackWait is ${state}, and work of ${named(slow.workload)} takes up to ${formatDuration(slow.workMs)}: the server delivers the message again while the app still works on it. Write ackWait: "${formatDuration(slow.workMs * 2)}".`,
      ),
    ];
  }),
};
