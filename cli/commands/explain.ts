import { type Command, Option } from 'commander';
import { explain, explainPlain } from '../core/explain/explain.ts';
import { formatJson } from '../core/explain/json.ts';
import { formatMermaid } from '../core/explain/mermaid.ts';
import { selectWorkloads } from '../core/explain/select.ts';
import { formatSvg } from '../core/explain/svg.ts';
import { formatText } from '../core/explain/text.ts';
import type { Timeline } from '../core/explain/timeline.ts';
import { injectInputs } from '../core/inject/inputs.ts';
import { noWorkloads } from '../core/report/summary.ts';
import { exitCode, type Outcome } from '../exit-code.ts';
import { contextOf } from '../run/context.ts';
import { readInputs } from '../run/inputs.ts';
import { addSettingOptions, type SettingOptions } from '../run/options.ts';
import { finish } from '../run/output.ts';
import { readSettings } from '../run/settings.ts';
import type { Shell } from '../shell/shell.ts';

type ExplainFormat = 'text' | 'svg' | 'mermaid' | 'json';
const explainFormats: readonly ExplainFormat[] = ['text', 'svg', 'mermaid', 'json'];

interface ExplainOptions {
  readonly file?: readonly string[];
  readonly format: ExplainFormat;
  /** Whether plain Dapr is shown too. */
  readonly plain?: boolean;
}

const formats: Readonly<Record<ExplainFormat, (timelines: readonly Timeline[]) => string>> = {
  text: formatText,
  svg: formatSvg,
  mermaid: formatMermaid,
  json: formatJson,
};

/** Adds the command. `done` takes its exit code. */
export const addExplain = (shell: Shell, program: Command, done: (code: number) => void): void => {
  const command = program
    .command('explain')
    .description('show how the pods of Dapr workloads start and stop, with their own numbers')
    .argument('[workload]', 'Kind/namespace/name, Kind/name or name, in which * stands for any characters')
    .option(
      '-f, --file <file>',
      'a file or folder of manifests, may be repeated; - or nothing is stdin',
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .addOption(new Option('--format <format>', 'how to show it').choices(explainFormats).default('text'))
    .option('--plain', 'show the same pods with plain Dapr too');
  addSettingOptions(command).action((workload: string | undefined, options: ExplainOptions) => {
    if (options.file === undefined && shell.stdinIsTerminal) {
      command.outputHelp({ error: true });
      done(exitCode('settings'));
      return;
    }
    done(exitCode(runExplain(shell, workload, options, command.opts<SettingOptions>())));
  });
};

/** Only errors are reported: what `inject` would warn of stands in the picture. */
const quiet = { color: 'auto', quiet: true } as const;

/** `daps explain [workload]`: how the pods of workloads start and stop, as a picture. */
const runExplain = (
  shell: Shell,
  workload: string | undefined,
  options: ExplainOptions,
  settingOptions: SettingOptions,
): Outcome => {
  const inputs = readInputs(shell, options.file ?? []);
  const settings = readSettings(shell, settingOptions, undefined);
  const errors = [...(inputs.ok ? [] : inputs.error), ...(settings.ok ? [] : settings.error)];
  if (!inputs.ok || !settings.ok) return finish(shell, quiet, [], errors);
  const processed = injectInputs(inputs.value, contextOf(shell, settings.value));
  const selected = selectWorkloads(processed, workload, settings.value.namespace ?? '');
  if (!selected.ok) return finish(shell, quiet, [], selected.error);
  const timelines = selected.value.flatMap((one) => {
    const own = explain(one);
    return options.plain === true && own.by === 'daps' ? [own, explainPlain(one)] : [own];
  });
  if (timelines.length === 0) shell.writeStderr(`${noWorkloads.replace(', nothing changed', '')}\n`);
  const stdout = timelines.length === 0 && options.format !== 'json' ? '' : formats[options.format](timelines);
  return finish(shell, quiet, undefined, [], stdout);
};
