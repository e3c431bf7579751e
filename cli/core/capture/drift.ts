import { readCertificates } from '../dapr/trust-anchors.ts';
import { type Problem, problem } from '../diagnostic.ts';
import { findRunSetting, type RunSettingName } from '../settings/run-settings.ts';
import { keyOf } from '../settings/workload-settings.ts';
import type { Fact } from './injector.ts';

/** Where the cluster is not what the settings say. `textOf` gives what is set, `anchors` the PEM text that is in use. */
export const driftOf = (
  facts: readonly Fact[],
  textOf: (name: RunSettingName) => string | undefined,
  anchors: string | undefined,
): readonly Problem[] =>
  facts.flatMap((fact): readonly Problem[] => {
    const key = keyOf(fact.name);
    if (fact.name === 'trust-anchors')
      return anchors === undefined || sameCertificates(anchors, fact.text)
        ? []
        : [problem('cluster-drift', { key, file: 'another bundle', cluster: fact.origin })];
    const fallback = findRunSetting(fact.name)?.fallback;
    const set = textOf(fact.name) ?? fallback;
    return set === fact.text ? [] : [problem('cluster-drift', { key, file: set ?? 'nothing', cluster: fact.text })];
  });

/** The same roots in any order are the same trust. */
const sameCertificates = (a: string, b: string): boolean => {
  const [first, second] = [readCertificates(a), readCertificates(b)];
  if (!first.ok || !second.ok) return a === b;
  const plain = (blocks: readonly string[]): string =>
    blocks
      .map((block) => block.replaceAll(/\s/g, ''))
      .sort()
      .join();
  return plain(first.value) === plain(second.value);
};
