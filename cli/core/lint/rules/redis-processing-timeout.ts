import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { durationOf, named, slowestBeyond } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

/** What the code sets. The component's `metadata.yaml` says 15 s, which is its other interval. */
const byDefaultMs = 60_000;

export const redisProcessingTimeout: Rule = {
  id: 'redis-processing-timeout',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'workload'],
  summary: 'Redis delivers a message again only after its work can be over.',
  since: '0.1.0',
  check: onComponents(['pubsub.redis'], (component, scene) => {
    const limitMs = durationOf(component, 'processingTimeout', { byDefaultMs, unitMs: 1 });
    const slow = limitMs === undefined || limitMs === 0 ? undefined : slowestBeyond(scene, component, limitMs);
    if (limitMs === undefined || slow === undefined) return [];
    const work = formatDuration(slow.workMs);
    return [
      finding(
        component,
        metadataPath(component, 'processingTimeout'),
        `processingTimeout is ${formatDuration(limitMs)}, and work of ${named(slow.workload)} takes up to ${work}: Redis delivers the message again while the app still works on it, and the work is done twice. Write processingTimeout: "${formatDuration(slow.workMs * 2)}".`,
      ),
    ];
  }),
};
