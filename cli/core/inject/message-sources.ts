import { metadataOf } from '../dapr/component-metadata.ts';
import { losesFailed, redeliveryOfComponent } from '../dapr/redelivery.ts';
import type { ReadDocument } from '../document/document.ts';
import { valueAt } from '../manifest/model/path.ts';
import { toValue } from '../manifest/model/value.ts';
import { textOf } from '../manifest/object/pod.ts';
import type { MessageSource } from '../plan/redelivery.ts';
import { scopesOf } from './components.ts';

/** Whether a text may hold a Component that brings messages. */
export const mentionsSources = (text: string): boolean =>
  text.includes('dapr.io/v1alpha1') && text.includes('Component') && /\b(pubsub|bindings)\./.test(text);

/** The Components of a document that bring messages to apps. */
export const sourcesIn = (read: ReadDocument): readonly MessageSource[] =>
  read.objects.flatMap(({ ref, node }) => {
    if (ref.group !== 'dapr.io' || ref.kind !== 'Component') return [];
    const value = toValue(node);
    const type = textOf(valueAt(value, ['spec', 'type'])) ?? '';
    const metadata = metadataOf(value);
    const redelivery = redeliveryOfComponent(type, metadata);
    if (redelivery === undefined) return [];
    const { name, namespace } = ref;
    return [{ name, namespace, scopes: scopesOf(value), redelivery, losesFailed: losesFailed(type, metadata) }];
  });
