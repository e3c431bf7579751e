import { isAtLeast } from '../../dapr/version.ts';
import { mayReceive } from '../rule/component.ts';
import { finding, onComponents } from '../rule/findings.ts';
import { isRetried } from '../rule/resiliency.ts';
import type { Rule } from '../rule/rule.ts';
import { receiversOf, subscriptionsTo } from '../scene/relations.ts';
import type { Component, Scene } from '../scene/scene.ts';

export const redisAcksErrors: Rule = {
  id: 'redis-acks-errors',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'Subscription', 'Resiliency'],
  summary: 'A delivery from Redis that fails is tried again.',
  since: '0.2.0',
  check: onComponents(['pubsub.redis'], (component, scene) => {
    if (isOld(component, scene) || !mayReceive(scene, component) || isRetried(scene, component)) return [];
    const subscriptions = subscriptionsTo(scene, component);
    if (subscriptions.length > 0 && subscriptions.every(({ deadLetterTopic }) => (deadLetterTopic ?? '') !== ''))
      return [];
    return [
      finding(
        component,
        ['spec', 'type'],
        `since Dapr 1.17 pubsub.redis acknowledges a message whose delivery fails, so one error of the app loses it: no Resiliency that retries deliveries of "${component.ref.name}" was found. Add one with targets.components.${component.ref.name}.inbound.retry, or set a deadLetterTopic on each Subscription.`,
      ),
    ];
  }),
};

/** Whether every daprd that is known to load the Component still leaves a failed message pending. */
const isOld = (component: Component, scene: Scene): boolean => {
  const versions = receiversOf(scene, component).map(({ daprVersion }) => daprVersion ?? scene.options.daprVersion);
  const known = versions.length === 0 ? [scene.options.daprVersion] : versions;
  return known.every((version) => version !== undefined && !isAtLeast(version, '1.17.0'));
};
