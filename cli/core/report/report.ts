import { type Diagnostic, severityOf, wordsOf } from '../diagnostic.ts';
import type { WorkloadEntry } from '../inject/inputs.ts';
import { formatRef } from '../manifest/object/resource-ref.ts';
import { gateOf } from '../plan/gate.ts';
import type { InjectFacts } from '../plan/plan.ts';
import { type Uncovered, uncoveredOf } from '../plan/uncovered.ts';
import { targetWords } from './coverage-words.ts';

/** What `--report FILE` writes: stable names, meant for programs. */
export interface Report {
  readonly version: string;
  readonly summary: Readonly<
    Record<'injected' | 'unchanged' | 'daprdOnly' | 'skipped' | 'uninjected' | 'errors' | 'warnings', number>
  >;
  readonly workloads: readonly ReportedWorkload[];
  readonly diagnostics: readonly ReportedDiagnostic[];
}

interface ReportedWorkload {
  readonly action: WorkloadEntry['outcome']['action'];
  readonly reason?: string;
  readonly resource: string;
  readonly input: string;
  readonly line: number;
  readonly source?: string;
  readonly appPort?: number;
  readonly appContainer?: string;
  readonly gracePeriodSeconds?: number;
  /** The question that opens the gate, and when the gate opens without a yes; without `latestSeconds` it never does. */
  readonly ready?: { readonly asks: string; readonly latestSeconds?: number };
  readonly notCovered?: readonly Uncovered[];
}

interface ReportedDiagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly resource?: string;
  readonly field?: string;
  readonly input: string;
  readonly line: number;
  readonly column: number;
}

/** Workloads without Dapr are not part of the report. */
export const reported = (entries: readonly WorkloadEntry[]): readonly WorkloadEntry[] =>
  entries.filter(({ outcome }) => !(outcome.action === 'skipped' && outcome.reason === 'not-dapr-enabled'));

export const makeReport = (
  version: string,
  entries: readonly WorkloadEntry[],
  diagnostics: readonly Diagnostic[],
): Report => {
  const shown = reported(entries);
  const count = (action: WorkloadEntry['outcome']['action']): number =>
    shown.filter(({ outcome }) => outcome.action === action).length;
  const severity = (wanted: 'error' | 'warning'): number =>
    diagnostics.filter(({ problem }) => severityOf(problem.code) === wanted).length;
  return {
    version,
    summary: {
      injected: count('injected'),
      unchanged: count('unchanged'),
      daprdOnly: count('daprd-only'),
      skipped: count('skipped'),
      uninjected: count('uninjected'),
      errors: severity('error'),
      warnings: severity('warning'),
    },
    workloads: shown.map(reportedWorkload),
    diagnostics: diagnostics.map(reportedDiagnostic),
  };
};

const reportedWorkload = ({ outcome, place }: WorkloadEntry): ReportedWorkload => {
  const facts = outcome.action === 'uninjected' ? undefined : outcome.facts;
  return {
    action: outcome.action,
    ...(outcome.action === 'skipped' && outcome.reason !== undefined ? { reason: outcome.reason } : {}),
    resource: place.ref === undefined ? '' : formatRef(place.ref),
    input: place.input,
    line: place.line,
    ...(place.source === undefined ? {} : { source: place.source }),
    ...(facts === undefined
      ? {}
      : {
          appPort: facts.dapr.appPort,
          appContainer: facts.appContainer,
          gracePeriodSeconds: facts.graceSeconds,
          ready: reportedGate(facts),
          notCovered: uncoveredOf(facts),
        }),
  };
};

const reportedGate = (facts: InjectFacts): NonNullable<ReportedWorkload['ready']> => {
  const { target, timeoutMs } = gateOf(facts);
  return {
    asks: targetWords(target, facts.dapr.appHost),
    ...(timeoutMs === 'never' ? {} : { latestSeconds: timeoutMs / 1000 }),
  };
};

const reportedDiagnostic = ({ problem, place }: Diagnostic): ReportedDiagnostic => ({
  code: problem.code,
  severity: severityOf(problem.code),
  message: wordsOf(problem),
  ...(place.ref === undefined ? {} : { resource: formatRef(place.ref) }),
  ...(place.field === undefined ? {} : { field: place.field }),
  input: place.input,
  line: place.line,
  column: place.column,
});
