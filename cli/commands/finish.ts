import { blameOf, type Diagnostic } from '../core/diagnostic.ts';
import type { Entry } from '../core/inject/inputs.ts';
import { makeReport } from '../core/report/report.ts';
import { type Line, reportLines, type Tone } from '../core/report/text.ts';
import type { Outcome } from '../exit-code.ts';
import type { OutputOptions } from './options.ts';
import type { Shell } from './shell.ts';

/** Reports what was found and done, on stderr and in the files asked for; returns what the run comes to. */
export const finish = (
  shell: Shell,
  options: OutputOptions,
  entries: readonly Entry[],
  diagnostics: readonly Diagnostic[],
): Outcome => {
  const blame = blameOf(diagnostics);
  const shownEntries = blame === undefined ? entries : [];
  const lines = reportLines(shownEntries, diagnostics);
  const shown = options.quiet === true ? lines.filter(({ tone }) => tone === 'warning' || tone === 'error') : lines;
  const color = options.color === 'always' || (options.color === 'auto' && shell.useColor);
  if (shown.length > 0) shell.writeStderr(shown.map((line) => `${color ? colored(line) : line.text}\n`).join(''));
  if (options.logFile !== undefined) shell.appendFile(options.logFile, lines.map(({ text }) => `${text}\n`).join(''));
  if (options.report !== undefined)
    shell.writeFile(
      options.report,
      `${JSON.stringify(makeReport(shell.version, shownEntries, diagnostics), null, 2)}\n`,
    );
  return blame ?? 'ok';
};

const sgr: Readonly<Record<Tone, string>> = { plain: '', good: '32', quiet: '2', warning: '33', error: '31' };

const colored = ({ tone, text }: Line): string => (sgr[tone] === '' ? text : `\u001b[${sgr[tone]}m${text}\u001b[0m`);
