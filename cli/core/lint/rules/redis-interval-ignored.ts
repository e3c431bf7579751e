import { parseDurationMs } from '../../../../proxy/contract/duration.ts';
import { metadataOf } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const redisIntervalIgnored: Rule = {
  id: 'redis-interval-ignored',
  severity: 'note',
  topic: 'delivery',
  looksAt: ['Component'],
  summary: 'A redeliverInterval of Redis is a bare number of milliseconds.',
  since: '0.1.0',
  check: onComponents(['pubsub.redis'], (component) => {
    const text = metadataOf(component, 'redeliverInterval') ?? '';
    const intervalMs = /^\d+$/.test(text) ? undefined : parseDurationMs(text);
    if (intervalMs === undefined) return [];
    const path = metadataPath(component, 'redeliverInterval');
    return [
      finding(
        component,
        path,
        `redeliverInterval is "${text}", and the component reads only a bare number of milliseconds: it takes 15s instead, and says nothing. Write redeliverInterval: "${intervalMs}".`,
        [{ op: 'set', path, value: String(intervalMs) }],
      ),
    ];
  }),
};
