import { named } from '../rule/component.ts';
import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isFor } from '../scene/relations.ts';

export const grpcDeclarativeSubscription: Rule = {
  id: 'grpc-declarative-subscription',
  severity: 'note',
  topic: 'delivery',
  looksAt: ['Subscription', 'workload'],
  summary: 'A gRPC app with a declarative Subscription implements OnTopicEvent.',
  since: '0.1.0',
  check: (scene) =>
    scene.subscriptions.flatMap((subscription) => {
      const receivers = scene.workloads.filter(
        (workload) => workload.dapr.appPort !== undefined && isFor(subscription, workload),
      );
      const [app, ...others] = receivers.filter(
        ({ dapr }) => dapr.appProtocol === 'grpc' || dapr.appProtocol === 'grpcs',
      );
      const isMeant = subscription.scopes.length > 0 || receivers.length === others.length + 1;
      if (app === undefined || !isMeant) return [];
      return [
        finding(
          subscription,
          ['spec', 'topic'],
          `${named(app)} speaks gRPC: where it does not implement OnTopicEvent, it answers UNIMPLEMENTED, and daprd acknowledges the message and drops it. Make sure that the app implements the service AppCallback.`,
        ),
      ];
    }),
};
