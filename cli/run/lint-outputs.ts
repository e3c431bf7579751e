import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import { type Diagnostic, problem } from '../core/diagnostic.ts';
import { formatNames, machineFormats } from '../core/lint/format/formats.ts';
import type { LintRun } from '../core/lint/format/run.ts';
import { lintText } from '../core/lint/format/text.ts';
import type { Shell } from '../shell/shell.ts';
import { wholeFile } from './inputs.ts';
import type { OutputOptions } from './options.ts';
import { styled, unwritten } from './output.ts';

/** One format of what was found, and where it goes. */
export interface LintOutput {
  readonly format: (typeof formatNames)[number];
  /** Undefined is stdout. */
  readonly file: string | undefined;
}

/** `--output FORMAT[=FILE]`, as often as it was given. On stdout there is text where no other format goes there. */
export const readLintOutputs = (flags: readonly string[]): Result<readonly LintOutput[], readonly Diagnostic[]> => {
  const read = flags.map(readOutput);
  const problems = read.flatMap((one) => (one.ok ? [] : [one.error]));
  if (problems.length > 0) return fail(problems);
  const outputs = read.flatMap((one) => (one.ok ? [one.value] : []));
  const [first, second] = outputs.filter(({ file }) => file === undefined);
  if (first === undefined) return ok([{ format: 'text', file: undefined }, ...outputs]);
  if (second === undefined) return ok(outputs);
  const rule = 'must name a file for all formats but one, for stdout has room for one only';
  return fail([invalidOutput(second.format, rule, `${second.format}=FILE`)]);
};

const readOutput = (flag: string): Result<LintOutput, Diagnostic> => {
  const [, name = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(flag) ?? [];
  const format = formatNames.find((one) => one === name);
  return format === undefined || file === ''
    ? fail(
        invalidOutput(
          flag,
          `must be FORMAT or FORMAT=FILE, FORMAT one of ${formatNames.join(', ')}`,
          'sarif=daps.sarif',
        ),
      )
    : ok({ format, file });
};

const invalidOutput = (text: string, rule: string, example: string): Diagnostic => ({
  problem: problem('invalid-setting', { spelling: '--output', text, rule, example }),
  place: wholeFile(''),
});

/** Writes the files, then `stream`. Returns files that cannot be written; nothing else is written then. */
export const writeLintOutputs = (
  shell: Shell,
  options: Pick<OutputOptions, 'color' | 'quiet'>,
  outputs: readonly LintOutput[],
  run: LintRun,
  stream: 'stdout' | 'stderr' = 'stdout',
): readonly Diagnostic[] => {
  const problems = outputs.flatMap(({ format, file }) =>
    file === undefined ? [] : unwritten(file, shell.writeFile(file, textOf(format, run, { quiet: false }, false))),
  );
  if (problems.length > 0) return problems;
  const print = stream === 'stdout' ? shell.writeStdout : shell.writeStderr;
  for (const { format, file } of outputs)
    if (file === undefined) print(textOf(format, run, options, shell.isColored[stream]));
  return [];
};

const textOf = (
  format: LintOutput['format'],
  run: LintRun,
  { color = 'never', quiet }: Partial<Pick<OutputOptions, 'color' | 'quiet'>>,
  isColored: boolean,
): string => {
  if (format !== 'text') return machineFormats[format](run);
  const lines = lintText(run);
  return styled(isColored, { color }, quiet === true ? lines.slice(0, -1) : lines);
};
