import { durationOf, mayReceive, metadataOf } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const redisNoRedelivery: Rule = {
  id: 'redis-no-redelivery',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'Redis delivers again what a pod that ended has not finished.',
  since: '0.1.0',
  check: onComponents(['pubsub.redis'], (component, scene) => {
    if (!mayReceive(scene, component)) return [];
    const isZero = {
      processingTimeout: durationOf(component, 'processingTimeout', { byDefaultMs: 60_000, unitMs: 1 }) === 0,
      // Only a bare number is read.
      redeliverInterval: /^0+$/.test(metadataOf(component, 'redeliverInterval') ?? ''),
    };
    const name = isZero.processingTimeout ? 'processingTimeout' : 'redeliverInterval';
    if (!isZero[name]) return [];
    return [
      finding(
        component,
        metadataPath(component, name),
        `${name} is ${metadataOf(component, name)}, which switches redelivery off: a message that is in flight when a pod crashes or is ended stays pending forever, and no pod gets it. Remove ${name}, or write a time longer than the work takes.`,
      ),
    ];
  }),
};
