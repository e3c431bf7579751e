import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import { type Diagnostic, problem } from '../core/diagnostic.ts';
import { type Baseline, baselineOf, baselineText, readBaseline, withoutBaseline } from '../core/lint/baseline.ts';
import type { LintResult } from '../core/lint/result.ts';
import type { Shell } from '../shell/shell.ts';
import { wholeFile } from './inputs.ts';
import { unwritten } from './output.ts';

/** The flags of `daps lint` that leave out what is known. */
export interface BaselineOptions {
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

/** The file of `--baseline`; an empty baseline without the flag. */
export const readBaselineFile = (
  shell: Shell,
  { baseline: path }: BaselineOptions,
): Result<Baseline, readonly Diagnostic[]> => {
  if (path === undefined) return ok({ entries: [] });
  const file = shell.readFile(path);
  const read = file.ok ? readBaseline(new TextDecoder().decode(file.bytes)) : fail(file.reason);
  if (read.ok) return read;
  return fail([{ problem: problem('malformed-baseline', { path, reason: read.error }), place: wholeFile(path) }]);
};

/** A result without what the baseline has. With `--write-baseline` that is all there is, and the file is written. */
export const applyBaseline = (
  shell: Shell,
  { writeBaseline: path }: BaselineOptions,
  baseline: Baseline,
  result: LintResult,
): Result<LintResult, readonly Diagnostic[]> => {
  if (path === undefined) return ok(withoutBaseline(result, baseline));
  const problems = unwritten(path, shell.writeFile(path, baselineText(result.findings)));
  return problems.length > 0 ? fail(problems) : ok(withoutBaseline(result, baselineOf(result.findings)));
};
