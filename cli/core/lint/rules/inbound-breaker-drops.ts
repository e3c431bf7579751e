import { isOn, mayReceive } from '../rule/component.ts';
import { areFailuresKept, leavesFailedPending } from '../rule/failed-deliveries.ts';
import { finding, onComponents } from '../rule/findings.ts';
import { inboundPolicy } from '../rule/resiliency.ts';
import type { Rule } from '../rule/rule.ts';
import type { Component, Scene } from '../scene/scene.ts';

export const inboundBreakerDrops: Rule = {
  id: 'inbound-breaker-drops',
  severity: 'error',
  topic: 'delivery',
  looksAt: ['Resiliency', 'Component'],
  summary: 'No circuit breaker stands before deliveries that a broker does not repeat.',
  since: '0.1.0',
  check: onComponents(['pubsub.rabbitmq', 'pubsub.redis'], (component, scene) => {
    const breaker = inboundPolicy(scene, component, 'circuitBreaker');
    const broker = losesFailed(component, scene);
    if (breaker === undefined || broker === undefined) return [];
    if (!mayReceive(scene, component) || areFailuresKept(scene, component)) return [];
    return [
      finding(
        breaker.resiliency,
        breaker.path,
        `circuit breaker "${breaker.name}" is for deliveries of Component/${component.ref.name}: while it is open, daprd refuses each message at once and without a retry, and ${broker}. One spell of errors empties the queue. Take the breaker off the inbound direction, and leave it to a retry.`,
      ),
    ];
  }),
};

/** What becomes of a delivery that daprd refuses; undefined where the broker keeps it. */
const losesFailed = (component: Component, scene: Scene): string | undefined => {
  if (component.type === 'pubsub.redis')
    return leavesFailedPending(scene, component) ? undefined : 'since Dapr 1.17 the component acknowledges it';
  const isKept = ['requeueInFailure', 'enableDeadLetter'].some((name) => isOn(component, name, false) !== false);
  return isKept ? undefined : 'RabbitMQ deletes it (requeueInFailure is not true)';
};
