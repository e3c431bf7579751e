import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { durationOf, metadataOf, named, slowestBeyond, wholeNumber } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const concurrencySingleBlocks: Rule = {
  id: 'concurrency-single-blocks',
  severity: 'note',
  topic: 'delivery',
  looksAt: ['Component', 'workload'],
  summary: 'Messages that JetStream has sent do not wait until they are sent again.',
  since: '0.1.0',
  check: onComponents(['pubsub.jetstream'], (component, scene) => {
    const mode = metadataOf(component, 'concurrencyMode') ?? 'single';
    const waitMs = durationOf(component, 'ackWait', { byDefaultMs: 30_000, unitMs: 1000 });
    const pending = wholeNumber(component, 'maxAckPending', 1000) || 1000;
    if (mode !== 'single' || component.metadata.has('backoff') || waitMs === undefined || waitMs === 0) return [];
    const slow = slowestBeyond(scene, component, waitMs / pending);
    if (slow === undefined || slow.workMs >= waitMs) return []; // jetstream-ack-wait
    return [
      finding(
        component,
        metadataPath(component, 'maxAckPending'),
        `concurrencyMode is single and maxAckPending ${pending}: the server sends up to ${pending} messages, and work of ${named(slow.workload)} on each takes up to ${formatDuration(slow.workMs)}, so behind a backlog the later ones wait longer than ackWait (${formatDuration(waitMs)}) and are sent again. Write maxAckPending: "${Math.max(1, Math.floor(waitMs / slow.workMs / 2))}", or concurrencyMode: "parallel".`,
      ),
    ];
  }),
};
