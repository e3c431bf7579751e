import { uninjectInputs } from '../core/inject/inputs.ts';
import type { Outcome } from '../exit-code.ts';
import { finish } from './finish.ts';
import { joinOutputs } from './join.ts';
import type { OutputOptions, SettingOptions } from './options.ts';
import { readInputs } from './read.ts';
import { readSettings } from './read-settings.ts';
import type { Shell } from './shell.ts';

/** `daps uninject [files…]`: the exact inverse of `inject`. */
export const runUninject = async (
  shell: Shell,
  files: readonly string[],
  options: OutputOptions & SettingOptions,
): Promise<Outcome> => {
  const inputs = readInputs(shell, files);
  const settings = readSettings(shell, options, undefined);
  const errors = [...(inputs.ok ? [] : inputs.error), ...(settings.ok ? [] : settings.error)];
  if (!inputs.ok || !settings.ok) return finish(shell, options, [], errors);
  const { outputs, entries, diagnostics } = uninjectInputs(inputs.value, settings.value.kinds);
  return finish(shell, options, entries, diagnostics, joinOutputs(outputs));
};
