import { type Command, Option } from 'commander';
import { type RunSetting, runSettings } from '../core/settings/run-settings.ts';
import { type Setting, variableOf, workloadSettings } from '../core/settings/workload-settings.ts';

/** How a run reports, common to every command that reads manifests. */
export interface OutputOptions {
  readonly config?: string;
  readonly report?: string;
  readonly logFile?: string;
  readonly quiet?: boolean;
  readonly color: 'auto' | 'always' | 'never';
}

/** How `inject` and `run` hand over what they made. */
export interface EmitOptions {
  readonly diff?: boolean;
  readonly dryRun?: boolean;
  readonly emit: 'manifests' | 'kustomize-patches';
}

/** The settings flags as commander collects them: camelCase names, texts. */
export type SettingOptions = Readonly<Record<string, string | boolean | undefined>>;

const settingsHeading = 'Settings of workloads (an annotation daps.io/<name> on the pod template wins):';

export const addOutputOptions = (command: Command): Command =>
  command
    .addOption(new Option('--report <file>', 'write the report as JSON').env('DAPS_REPORT'))
    .addOption(
      new Option('--log-file <file>', 'append the report to a file, because Helm 4 shows no stderr').env(
        'DAPS_LOG_FILE',
      ),
    )
    .option('-q, --quiet', 'no report on stderr, only errors and warnings')
    .addOption(new Option('--color <when>', 'color the report').choices(['auto', 'always', 'never']).default('auto'));

export const addEmitOptions = (command: Command): Command =>
  command
    .option('--diff', 'print a unified diff instead of the manifests')
    .option('--dry-run', 'print nothing, only report')
    .addOption(
      new Option('--emit <what>', 'what to print').choices(['manifests', 'kustomize-patches']).default('manifests'),
    );

export const addSettingOptions = (command: Command): Command => {
  command.addOption(
    new Option('--config <file>', 'settings file; without it .daps.yaml, upward from the working directory').env(
      'DAPS_CONFIG',
    ),
  );
  for (const run of runSettings) command.addOption(runOption(run));
  for (const setting of workloadSettings) command.addOption(settingOption(setting));
  return command;
};

const runOption = (run: RunSetting): Option => {
  const suffix = run.fallback === undefined ? '' : `, default: ${run.fallback}`;
  const option = new Option(
    `--${run.name} <${run.type.valueName}>`,
    `${run.summary} (env: ${variableOf(run.name)}${suffix})`,
  );
  return run.type.isRepeatable === true ? option.argParser(joinRepeated) : option;
};

/** A flag that may be repeated is one text, like its variable. */
const joinRepeated = (text: string, before: string | undefined): string =>
  before === undefined ? text : `${before},${text}`;

const settingOption = (setting: Setting): Option => {
  const fallback = setting.fallback ?? setting.fallbackText;
  const suffix = fallback === undefined || fallback === '–' ? '' : ` (default: ${fallback})`;
  return new Option(`--${setting.name} <${setting.type.valueName}>`, `${setting.summary}${suffix}`).helpGroup(
    settingsHeading,
  );
};
