import { finding } from '../rule/findings.ts';
import { isRetried } from '../rule/resiliency.ts';
import type { Rule } from '../rule/rule.ts';
import { isSameNamespace } from '../scene/relations.ts';

export const deadLetterCollectsShutdown: Rule = {
  id: 'dead-letter-collects-shutdown',
  severity: 'note',
  topic: 'shutdown',
  looksAt: ['Subscription', 'Component', 'Resiliency'],
  summary: 'A message goes to a dead-letter topic only after retries.',
  since: '0.1.0',
  check: (scene) =>
    scene.subscriptions.flatMap((subscription) => {
      if ((subscription.deadLetterTopic ?? '') === '') return [];
      const component = scene.components.find(
        ({ ref }) => ref.name === subscription.pubsub && isSameNamespace(ref.namespace, subscription.ref.namespace),
      );
      if (component === undefined || isRetried(scene, component)) return [];
      return [
        finding(
          subscription,
          ['spec', 'deadLetterTopic'],
          `a message goes to "${subscription.deadLetterTopic}" after a single failure, such as an app that stops or restarts: no Resiliency that retries deliveries of "${subscription.pubsub}" was found. Add one with targets.components.${subscription.pubsub}.inbound.retry.`,
        ),
      ];
    }),
};
