import type { ReadDocument } from '../document/document.ts';
import { valueAt } from '../manifest/model/path.ts';
import { toValue } from '../manifest/model/value.ts';
import { mapOf, textOf } from '../manifest/object/pod.ts';
import type { InboundRetries } from '../plan/inbound-retries.ts';
import { scopesOf } from './components.ts';

/** Whether a text may hold a Resiliency that tries deliveries again. */
export const mentionsResiliencies = (text: string): boolean => text.includes('Resiliency') && text.includes('retries');

/** Retries by these names hold for every component that no target names (Dapr 1.18.1, pkg/resiliency/resiliency.go). */
const namesForAll = [
  'DefaultPubsubComponentInboundRetryPolicy',
  'DefaultComponentInboundRetryPolicy',
  'DefaultComponentRetryPolicy',
  'DefaultRetryPolicy',
];

/** What the Resiliencies of a document say of deliveries that fail. */
export const resilienciesIn = (read: ReadDocument): readonly InboundRetries[] =>
  read.objects.flatMap(({ ref, node }) => {
    if (ref.group !== 'dapr.io' || ref.kind !== 'Resiliency') return [];
    const value = toValue(node);
    const retries = mapOf(valueAt(value, ['spec', 'policies', 'retries']));
    const targets = Object.entries(mapOf(valueAt(value, ['spec', 'targets', 'components'])));
    const isTriedAgain = (target: (typeof targets)[number][1]): boolean => {
      const retry = textOf(mapOf(mapOf(target)['inbound'])['retry']);
      return retry !== undefined && retry in retries;
    };
    return [
      {
        namespace: ref.namespace,
        scopes: scopesOf(value),
        components: new Map(targets.map(([name, target]) => [name, isTriedAgain(target)])),
        isForAll: namesForAll.some((name) => name in retries),
      },
    ];
  });
