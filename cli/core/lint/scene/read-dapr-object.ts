import { metadataOf, scalarText } from '../../dapr/component-metadata.ts';
import { valueAt } from '../../manifest/model/path.ts';
import { isSeqValue } from '../../manifest/model/value.ts';
import { mapOf, textOf } from '../../manifest/object/pod.ts';
import type { Component, DaprObject, SceneObject, Subscription } from './scene.ts';

/** A Resiliency or a Configuration, with the apps that it is for. */
export const readDaprObject = (object: SceneObject): DaprObject => {
  const scopes = object.value['scopes'] ?? null;
  return { ...object, scopes: isSeqValue(scopes) ? scopes.map(scalarText) : [] };
};

/** A Component with its type and metadata. */
export const readComponent = (object: SceneObject): Component => ({
  ...readDaprObject(object),
  type: scalarText(valueAt(object.value, ['spec', 'type'])),
  metadata: metadataOf(object.value),
});

/** A Subscription of either version (dapr.io/v1alpha1 and v2alpha1 name these fields alike). */
export const readSubscription = (object: SceneObject): Subscription => {
  const spec = mapOf(object.value['spec']);
  return {
    ...readDaprObject(object),
    pubsub: scalarText(spec['pubsubname']),
    topic: scalarText(spec['topic']),
    deadLetterTopic: textOf(spec['deadLetterTopic']),
  };
};
