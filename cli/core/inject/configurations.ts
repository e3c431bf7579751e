import type { ReadDocument } from '../document/document.ts';
import { valueAt } from '../manifest/model/path.ts';
import { isSeqValue, toValue, type Value } from '../manifest/model/value.ts';
import { mapOf, textOf } from '../manifest/object/pod.ts';
import type { ApiAllowlist } from '../plan/api-allowlist.ts';

/** Whether a text may hold a Configuration of Dapr's that refuses APIs. */
export const mentionsConfigurations = (text: string): boolean =>
  text.includes('Configuration') && /allowed|denied/.test(text);

/** The Configurations of a document that say which APIs daprd offers. */
export const configurationsIn = (read: ReadDocument): readonly ApiAllowlist[] =>
  read.objects.flatMap(({ ref, node }) => {
    if (ref.group !== 'dapr.io' || ref.kind !== 'Configuration') return [];
    const api = valueAt(toValue(node), ['spec', 'api']) ?? null;
    const { allowed, denied } = mapOf(api);
    return [{ name: ref.name, namespace: ref.namespace, allowed: rulesOf(allowed), denied: rulesOf(denied) }];
  });

const rulesOf = (rules: Value | undefined): ApiAllowlist['allowed'] =>
  isSeqValue(rules)
    ? rules.map((rule) => {
        const text = (field: string): string => textOf(mapOf(rule)[field]) ?? '';
        return { name: text('name'), version: text('version'), protocol: text('protocol') };
      })
    : [];
