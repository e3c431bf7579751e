import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { valueAt } from '../../manifest/model/path.ts';
import { numberOf } from '../../manifest/object/pod.ts';
import { named } from '../rule/component.ts';
import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isFor } from '../scene/relations.ts';

/** daprd's own where the Subscription names none (dapr/dapr v1.18.1, pkg/runtime/pubsub/default_bulksub.go). */
const byDefault = 100;

export const bulkLongerThanGrace: Rule = {
  id: 'bulk-longer-than-grace',
  severity: 'warning',
  topic: 'shutdown',
  looksAt: ['Subscription', 'workload'],
  summary: 'An app can finish a bulk delivery within the grace period.',
  since: '0.1.0',
  check: (scene) =>
    scene.subscriptions.flatMap((subscription) => {
      const bulk = ['spec', 'bulkSubscribe'];
      if (valueAt(subscription.value, [...bulk, 'enabled']) !== true) return [];
      const count = numberOf(valueAt(subscription.value, [...bulk, 'maxMessagesCount'])) || byDefault;
      const slow = scene.workloads.find(
        (workload) =>
          workload.dapr.appPort !== undefined &&
          isFor(subscription, workload) &&
          (workload.longestWorkMs ?? 0) * count >= workload.graceSeconds * 1000,
      );
      if (slow?.longestWorkMs === undefined) return [];
      const fitting = Math.floor((slow.graceSeconds * 1000) / slow.longestWorkMs);
      return [
        finding(
          subscription,
          [...bulk, 'maxMessagesCount'],
          `one bulk delivery holds up to ${count} messages, and work of ${named(slow)} on one takes up to ${formatDuration(slow.longestWorkMs)}: one after the other that is longer than its grace period of ${slow.graceSeconds} s, so the batch is cut off and delivered again as a whole. Write ${fitting > 1 ? `maxMessagesCount: ${fitting - 1}, or` : ''} a longer terminationGracePeriodSeconds.`,
        ),
      ];
    }),
};
