import { severityOf } from '../diagnostic.ts';
import { isManifestCode, type ManifestCode, problemSummaries } from './problem-summaries.ts';
import type { Severity, Subject, Topic } from './rule/rule.ts';
import { rules } from './rules/index.ts';

/** One line of the list that `daps rules` prints. */
export interface ListedRule {
  readonly id: string;
  readonly severity: Severity;
  /** `inject`: a problem that `daps inject` reports too. */
  readonly topic: Topic | 'inject';
  readonly looksAt: readonly Subject[];
  readonly summary: string;
  /** The version of daps that brought it. */
  readonly since: string;
}

const ofProblem = (id: ManifestCode): ListedRule => ({
  id,
  severity: severityOf(id),
  topic: 'inject',
  looksAt: ['workload'],
  summary: problemSummaries[id],
  since: '0.1.0',
});

/** Everything that `daps lint` can find, in the order of the ids. */
export const listedRules: readonly ListedRule[] = [
  ...rules.map(({ id, severity, topic, looksAt, summary, since }) => ({
    id,
    severity,
    topic,
    looksAt,
    summary,
    since,
  })),
  ...Object.keys(problemSummaries).filter(isManifestCode).map(ofProblem),
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Every id that a finding can have. */
export const knownIds: ReadonlySet<string> = new Set(listedRules.map(({ id }) => id));
