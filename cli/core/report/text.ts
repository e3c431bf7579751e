import { formatDuration } from '../../../proxy/contract/duration.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { counted } from '../counted.ts';
import { type Diagnostic, formatDiagnostic, isError } from '../diagnostic.ts';
import type { WorkloadEntry } from '../inject/inputs.ts';
import { formatRef } from '../manifest/object/resource-ref.ts';
import type { Daprd } from '../plan/daprd.ts';
import type { SkipReason } from '../plan/plan.ts';
import { printable } from '../printable.ts';
import { coverageLines } from './coverage-words.ts';
import { reported } from './report.ts';
import { noWorkloads } from './summary.ts';

/** How a line is meant, for those who color it. */
export type Tone = 'plain' | 'strong' | 'good' | 'quiet' | 'note' | 'warning' | 'error';
export interface Line {
  readonly tone: Tone;
  readonly text: string;
}

/** The report for people: findings first, then one line a workload, then what it comes to. */
export const reportLines = (entries: readonly WorkloadEntry[], diagnostics: readonly Diagnostic[]): readonly Line[] => {
  const findings = diagnostics.map(
    (diagnostic): Line => ({ tone: isError(diagnostic) ? 'error' : 'warning', text: formatDiagnostic(diagnostic) }),
  );
  const errors = diagnostics.filter(isError).length;
  if (errors > 0) return [...findings, { tone: 'error', text: `daps: ${counted(errors, 'error')}, nothing written` }];
  const shown = reported(entries);
  const width = Math.max(0, ...shown.map(({ place }) => refText(place.ref).length));
  const lines = shown.flatMap((entry) => [entryLine(entry, width), ...detailLines(entry, width)]);
  return [...findings, ...lines, { tone: 'plain', text: summary(shown) }];
};

const refText = (ref: WorkloadEntry['place']['ref']): string => (ref === undefined ? '' : printable(formatRef(ref)));

/** Why daps leaves a workload alone. */
export const skipWords: Readonly<Record<SkipReason, string>> = {
  disabled: 'daps.io/enabled is "false"',
  excluded: 'excluded by the settings',
  'host-network': 'hostNetwork is true',
  'local-config': 'config.kubernetes.io/local-config is "true"',
  'not-dapr-enabled': 'not Dapr-enabled',
  unsupported: 'see its warning',
};

const entryLine = ({ outcome, place }: WorkloadEntry, width: number): Line => {
  const line = (tone: Tone, mark: string, what: string): Line => ({
    tone,
    text: printable(`  ${mark} ${refText(place.ref).padEnd(width)}  ${what}`),
  });
  switch (outcome.action) {
    case 'injected': {
      const { facts } = outcome;
      if (facts === undefined) return line('good', '+', 'injected');
      const { appPort, appProtocol } = facts.dapr;
      return line(
        'good',
        '+',
        `injected: ${appProtocol} ${appPort} of "${facts.appContainer}", grace period ${formatDuration(facts.graceSeconds * 1000)}${outcome.daprd?.by === 'inline' ? `, daprd ${outcome.daprd.version} inline` : ''}`,
      );
    }
    case 'daprd-only':
      return line('good', '+', `no app-port, so nothing comes in through one: ${daprdWords(outcome.daprd)}`);
    case 'unchanged':
      return line('quiet', '=', 'was injected already');
    case 'skipped':
      return line('quiet', '-', `left alone: ${outcome.reason === undefined ? '' : skipWords[outcome.reason]}`);
    case 'uninjected':
      return line('good', '-', 'daps taken out');
    default:
      return unreachable(outcome);
  }
};

/** What will happen, below the line of its workload. */
const detailLines = ({ outcome }: WorkloadEntry, width: number): readonly Line[] =>
  outcome.action === 'uninjected' || outcome.facts === undefined
    ? []
    : coverageLines(outcome.facts).map((text) => ({
        tone: 'quiet',
        text: `    ${' '.repeat(width)}  ${printable(text)}`,
      }));

const daprdWords = (daprd: Daprd | undefined): string =>
  daprd?.by === 'inline' ? `daprd ${daprd.version} inline` : 'daprd becomes a native sidecar and outlives the app';

const summary = (shown: readonly WorkloadEntry[]): string => {
  if (shown.length === 0) return noWorkloads;
  const by = (action: WorkloadEntry['outcome']['action']): number =>
    shown.filter(({ outcome }) => outcome.action === action).length;
  const parts = [
    [by('injected') + by('daprd-only'), 'injected'],
    [by('unchanged'), 'unchanged'],
    [by('skipped'), 'left alone'],
    [by('uninjected'), 'uninjected'],
  ] as const;
  return `daps: ${counted(shown.length, 'Dapr workload')}: ${parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ')}`;
};
