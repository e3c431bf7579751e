import type { Template } from '../chart/template.ts';
import type { LintResult } from '../result.ts';
import type { Severity } from '../rule/rule.ts';

/** A run of `daps lint` as every format gets it. */
export interface LintRun {
  readonly result: LintResult;
  readonly failOn: Severity;
  readonly dapsVersion: string;
  /** The texts of the inputs, by their names. */
  readonly inputs: ReadonlyMap<string, string>;
  /** The templates of the charts, by what `# Source:` says; empty without `--chart-dir`. */
  readonly templates: ReadonlyMap<string, Template>;
  /** The working directory, which paths are shown relative to. */
  readonly folder: string;
}
