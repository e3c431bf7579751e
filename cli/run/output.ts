import { blameOf, type Diagnostic, problem } from '../core/diagnostic.ts';
import type { WorkloadEntry } from '../core/inject/inputs.ts';
import { makeReport } from '../core/report/report.ts';
import { type Line, reportLines, type Tone } from '../core/report/text.ts';
import type { Outcome } from '../exit-code.ts';
import type { FileWritten, Shell } from '../shell/shell.ts';
import type { OutputOptions } from './options.ts';

/**
 * Ends a run: writes the report files, then `stdout`, then the report on stderr; returns what the run comes to. Where a
 * report cannot be written nothing else is: a file that was asked for is part of the result. `always` is stdout that is
 * written after errors too.
 */
export const finish = (
  shell: Shell,
  options: OutputOptions,
  /** Undefined where there are no workloads to report on. */
  entries: readonly WorkloadEntry[] | undefined,
  diagnostics: readonly Diagnostic[],
  stdout = '',
  always = '',
): Outcome => {
  const unwritable = writeReports(shell, options, entries, diagnostics);
  const found = [...diagnostics, ...unwritable];
  const blame = blameOf(found);
  shell.writeStdout(blame === undefined ? stdout : always);
  const lines = linesOf(entries, found);
  const shown = options.quiet === true ? lines.filter(({ tone }) => tone === 'warning' || tone === 'error') : lines;
  if (shown.length > 0)
    shell.writeStderr(
      styled(
        shell.isColored.stderr,
        options,
        shown.map((line) => [line]),
      ),
    );
  return blame ?? 'ok';
};

/** Lines as one text, colored where that is wanted. `auto` is what the stream they go to can show. */
export const styled = (
  auto: boolean,
  { color }: Pick<OutputOptions, 'color'>,
  lines: readonly (readonly Line[])[],
): string => {
  const isColored = color === 'always' || (color === 'auto' && auto);
  return lines
    .map((pieces) => `${pieces.map((piece) => (isColored ? colored(piece) : piece.text)).join('')}\n`)
    .join('');
};

const linesOf = (
  entries: readonly WorkloadEntry[] | undefined,
  diagnostics: readonly Diagnostic[],
): readonly Line[] => {
  const lines = reportLines(blameOf(diagnostics) === undefined ? (entries ?? []) : [], diagnostics);
  return entries === undefined && blameOf(diagnostics) === undefined ? lines.slice(0, -1) : lines;
};

const writeReports = (
  shell: Shell,
  options: OutputOptions,
  entries: readonly WorkloadEntry[] | undefined,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] => {
  const shown = blameOf(diagnostics) === undefined ? (entries ?? []) : [];
  const text = linesOf(entries, diagnostics)
    .map((line) => `${line.text}\n`)
    .join('');
  const report = `${JSON.stringify(makeReport(shell.version, shown, diagnostics), null, 2)}\n`;
  return [
    ...(options.logFile === undefined ? [] : unwritten(options.logFile, shell.appendFile(options.logFile, text))),
    ...(options.report === undefined ? [] : unwritten(options.report, shell.writeFile(options.report, report))),
  ];
};

/** Why a file was not written, where it was not. */
export const unwritten = (path: string, written: FileWritten): readonly Diagnostic[] =>
  written.ok
    ? []
    : [
        {
          problem: problem('unwritable-file', { path, reason: written.reason }),
          place: { input: '', line: 0, column: 0 },
        },
      ];

/** Parameters of the control sequence "Select Graphic Rendition" (ECMA-48 §8.3.117). */
const sgr: Readonly<Record<Tone, string>> = {
  plain: '',
  strong: '1',
  good: '32',
  quiet: '2',
  note: '36',
  warning: '33',
  error: '31',
};

const colored = ({ tone, text }: Line): string => (sgr[tone] === '' ? text : `\u001b[${sgr[tone]}m${text}\u001b[0m`);
