import { blameOf } from '../core/diagnostic.ts';
import { formatKustomizePatches } from '../core/emit/kustomize-patches.ts';
import { type Input, injectInputs, isResourceList } from '../core/inject/inputs.ts';
import type { Outcome } from '../exit-code.ts';
import { contextOf } from '../run/context.ts';
import { diffOf } from '../run/diff.ts';
import { readInputs } from '../run/inputs.ts';
import { joinOutputs } from '../run/join.ts';
import type { EmitOptions, OutputOptions, SettingOptions } from '../run/options.ts';
import { finish } from '../run/output.ts';
import { type ReadSettings, readSettings } from '../run/settings.ts';
import type { Shell } from '../shell/shell.ts';
import { runFunction } from './fn.ts';

export type InjectOptions = OutputOptions & EmitOptions & SettingOptions;

/** `daps inject [files…]`: manifests in, the same with the sidecar out. A ResourceList makes it a KRM function. */
export const runInject = async (shell: Shell, files: readonly string[], options: InjectOptions): Promise<Outcome> => {
  const inputs = readInputs(shell, files);
  const [only, another] = inputs.ok ? inputs.value : [];
  if (only !== undefined && another === undefined && options.emit !== 'kustomize-patches' && isResourceList(only.text))
    return runFunction(shell, only, options);
  const settings = readSettings(shell, options, undefined);
  const errors = [...(inputs.ok ? [] : inputs.error), ...(settings.ok ? [] : settings.error)];
  if (!inputs.ok || !settings.ok) return finish(shell, options, [], errors);
  return injectAndWrite(shell, inputs.value, settings.value, options);
};

/** Injects inputs that are read already, and writes what was asked for. */
export const injectAndWrite = async (
  shell: Shell,
  inputs: readonly Input[],
  settings: ReadSettings,
  options: InjectOptions,
): Promise<Outcome> => {
  const context = contextOf(shell, settings);
  const { outputs, entries, diagnostics, changed } = injectInputs(inputs, context);
  const stdout = async (): Promise<string> => {
    if (options.dryRun === true || blameOf(diagnostics) !== undefined) return '';
    if (options.diff === true) return await diffOf(inputs, outputs);
    return options.emit === 'kustomize-patches' ? formatKustomizePatches(changed, context.kinds) : joinOutputs(outputs);
  };
  return finish(shell, options, entries, diagnostics, await stdout());
};
