import { isAtLeast } from '../../dapr/version.ts';
import { receiversOf, subscriptionsTo } from '../scene/relations.ts';
import type { Component, Scene } from '../scene/scene.ts';

/** Whether every Subscription given to a Component has a dead-letter topic; false where none was given. */
export const areFailuresKept = (scene: Scene, component: Component): boolean => {
  const subscriptions = subscriptionsTo(scene, component);
  return subscriptions.length > 0 && subscriptions.every(({ deadLetterTopic }) => (deadLetterTopic ?? '') !== '');
};

/** Whether every daprd that is known to load a pubsub.redis leaves a failed message pending, as before Dapr 1.17. */
export const leavesFailedPending = (scene: Scene, component: Component): boolean => {
  const versions = receiversOf(scene, component).map(({ daprVersion }) => daprVersion);
  const known = versions.length === 0 ? [scene.options.daprVersion] : versions;
  return known.every((version) => version !== undefined && !isAtLeast(version, '1.17.0'));
};
