import { uninjectInputs } from '../core/inject/inputs.ts';
import type { Outcome } from '../exit-code.ts';
import { readInputs } from '../run/inputs.ts';
import { joinOutputs } from '../run/join.ts';
import type { OutputOptions, SettingOptions } from '../run/options.ts';
import { finish } from '../run/output.ts';
import { readSettings } from '../run/settings.ts';
import type { Shell } from '../shell/shell.ts';

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
