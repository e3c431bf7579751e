import { mayReceive } from '../rule/component.ts';
import { areFailuresKept, leavesFailedPending } from '../rule/failed-deliveries.ts';
import { finding, onComponents } from '../rule/findings.ts';
import { isRetried } from '../rule/resiliency.ts';
import type { Rule } from '../rule/rule.ts';

export const redisAcksErrors: Rule = {
  id: 'redis-acks-errors',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'Subscription', 'Resiliency'],
  summary: 'A delivery from Redis that fails is tried again.',
  since: '0.1.0',
  check: onComponents(['pubsub.redis'], (component, scene) => {
    if (leavesFailedPending(scene, component) || !mayReceive(scene, component)) return [];
    if (isRetried(scene, component) || areFailuresKept(scene, component)) return [];
    return [
      finding(
        component,
        ['spec', 'type'],
        `since Dapr 1.17 pubsub.redis acknowledges a message whose delivery fails, so one error of the app loses it: no Resiliency that retries deliveries of "${component.ref.name}" was found. Add one with targets.components.${component.ref.name}.inbound.retry, or set a deadLetterTopic on each Subscription.`,
      ),
    ];
  }),
};
