import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { metadataOf, named, slowestBeyond, wholeNumber } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const sqsVisibilityTimeout: Rule = {
  id: 'sqs-visibility-timeout',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'workload'],
  summary: 'SQS hides a message for as long as its work takes.',
  since: '0.1.0',
  check: onComponents(['pubsub.aws.snssqs', 'pubsub.snssqs'], (component, scene) => {
    const seconds = wholeNumber(component, 'messageVisibilityTimeout', 10);
    const isSingle = metadataOf(component, 'concurrencyMode') === 'single';
    const batch = isSingle ? (wholeNumber(component, 'messageMaxNumber', 10) ?? 10) : 1;
    if (seconds === undefined || seconds < 1) return [];
    const slow = slowestBeyond(scene, component, (seconds * 1000) / batch);
    if (slow === undefined) return [];
    const work = formatDuration(slow.workMs);
    const reason = batch > 1 ? `, one after the other for up to ${batch} messages (concurrencyMode single)` : '';
    return [
      finding(
        component,
        metadataPath(component, 'messageVisibilityTimeout'),
        `messageVisibilityTimeout is ${seconds} s, and work of ${named(slow.workload)} takes up to ${work}${reason}: SQS hands the message to another pod while the app still works on it. Write messageVisibilityTimeout: "${Math.ceil((slow.workMs * batch * 2) / 1000)}".`,
      ),
    ];
  }),
};
