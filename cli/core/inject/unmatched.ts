import { type Diagnostic, problem } from '../diagnostic.ts';
import { formatRef, type ResourceRef } from '../manifest/object/resource-ref.ts';
import { nearest } from '../nearest.ts';
import type { Override } from '../settings/override.ts';
import { formatMatch, isMatched } from '../settings/workload-match.ts';

const shownWorkloads = 5;

/**
 * The overrides that are for none of a stream's Dapr-enabled workloads. A stream without any says nothing of them: Helm
 * sends a post-renderer more than one.
 */
export const unmatchedOverrides = (
  overrides: readonly Override[],
  workloads: readonly ResourceRef[],
  namespace: string,
): readonly Diagnostic[] => {
  if (workloads.length === 0) return [];
  const names = [...new Set(workloads.map(formatRef))];
  return overrides
    .filter(({ match }) => !workloads.some((ref) => isMatched(match, ref, ref.namespace || namespace)))
    .map(({ match, spelling, place }) => {
      const text = formatMatch(match);
      const args = { spelling, match: text, nearest: nearest(text, names), workloads: names.slice(0, shownWorkloads) };
      return { problem: problem('unmatched-override', args), place };
    });
};
