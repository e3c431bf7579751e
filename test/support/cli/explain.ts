import { formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import { type Explained, explain, explainPlain } from '../../../cli/core/explain/explain.ts';
import { selectWorkloads } from '../../../cli/core/explain/select.ts';
import type { Timeline } from '../../../cli/core/explain/timeline.ts';
import { inject } from './daps.ts';

/** The workloads of a text that a word names, or all of them; throws where there are errors. */
export const explainedIn = (
  text: string,
  flags: Readonly<Record<string, string>> = {},
  asked?: string,
): readonly Explained[] => {
  const selected = selectWorkloads(inject(text, flags), asked, flags['namespace'] ?? '');
  if (!selected.ok) throw new Error(selected.error.map(formatDiagnostic).join('\n'));
  return selected.value;
};

/** Each workload of a text with daps, and beside it with plain Dapr. */
export const timelinesOf = (text: string, flags: Readonly<Record<string, string>> = {}): readonly Timeline[] =>
  explainedIn(text, flags).flatMap((one) => {
    const own = explain(one);
    return own.by === 'daps' ? [own, explainPlain(one)] : [own];
  });
