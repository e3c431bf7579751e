import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Input } from '../core/inject/inputs.ts';
import type { Baseline } from '../core/lint/baseline.ts';
import type { Chart } from '../core/lint/chart/template.ts';
import type { LintResult } from '../core/lint/result.ts';
import type { Severity } from '../core/lint/rule/rule.ts';
import type { Shell } from '../shell/shell.ts';
import { applyBaseline, type BaselineOptions, readBaselineFile } from './baseline-file.ts';
import { readCharts, readTemplates } from './charts.ts';
import { type LintOutput, readLintOutputs, writeLintOutputs } from './lint-outputs.ts';
import type { OutputOptions } from './options.ts';

/** The flags of `daps lint` that say how findings are reported. */
export interface ReportOptions extends BaselineOptions, Pick<OutputOptions, 'color'> {
  readonly output?: readonly string[];
  readonly chartDir?: readonly string[];
  readonly quiet?: boolean;
}

/** What these flags name, read. */
export interface Reporting {
  readonly outputs: readonly LintOutput[];
  readonly charts: readonly Chart[];
  readonly baseline: Baseline;
  readonly failOn: Severity;
}

export const readReporting = (
  shell: Shell,
  options: ReportOptions,
): Result<Omit<Reporting, 'failOn'>, readonly Diagnostic[]> => {
  const outputs = readLintOutputs(options.output ?? []);
  const charts = readCharts(shell, options.chartDir ?? []);
  const baseline = readBaselineFile(shell, options);
  if (outputs.ok && charts.ok && baseline.ok)
    return ok({ outputs: outputs.value, charts: charts.value, baseline: baseline.value });
  return fail([outputs, charts, baseline].flatMap((read) => (read.ok ? [] : read.error)));
};

/** Writes what was found in every format; returns it without what the baseline has. Fails where a file cannot be written. */
export const reportLint = (
  shell: Shell,
  options: ReportOptions,
  { outputs, charts, baseline, failOn }: Reporting,
  inputs: readonly Input[],
  all: LintResult,
  stream: 'stdout' | 'stderr',
): Result<LintResult, readonly Diagnostic[]> => {
  const result = applyBaseline(shell, options, baseline, all);
  if (!result.ok) return result;
  const run = {
    result: result.value,
    failOn,
    dapsVersion: shell.version,
    inputs: new Map(inputs.map(({ name, text }) => [name, text])),
    templates: readTemplates(shell, charts, result.value),
    folder: shell.folder,
  };
  const problems = writeLintOutputs(shell, options, outputs, run, stream);
  return problems.length > 0 ? fail(problems) : result;
};
