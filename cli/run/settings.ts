import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import type { TrustAnchors } from '../core/dapr/cluster.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Value } from '../core/manifest/model/value.ts';
import { pathsUpward } from '../core/settings/folders-upward.ts';
import { type RunSettings, resolveRunSettings } from '../core/settings/resolve-run.ts';
import { runSettings } from '../core/settings/run-settings.ts';
import { keyOf, workloadSettings } from '../core/settings/workload-settings.ts';
import type { Shell } from '../shell/shell.ts';
import { readText } from './inputs.ts';
import type { SettingOptions } from './options.ts';
import { readAnchors } from './trust-anchors.ts';

/** The settings of a run, and the files they name read. */
export interface ReadSettings extends Omit<RunSettings, 'anchors'> {
  readonly anchors: TrustAnchors | undefined;
  readonly settingWarnings: readonly Diagnostic[];
}

/** All sources of settings together. */
export const readSettings = (
  shell: Shell,
  options: SettingOptions,
  functionConfig: Value | undefined,
): Result<ReadSettings, readonly Diagnostic[]> => {
  const config = options['config'];
  const path = typeof config === 'string' ? config : findUpward(shell, '.daps.yaml');
  const read = path === undefined ? undefined : readText(shell, path);
  if (read?.ok === false) return fail([read.error]);
  const resolved = resolveRunSettings({
    flags: flagTexts(options),
    functionConfig: functionConfig === undefined ? undefined : { name: 'functionConfig', value: functionConfig },
    environment: shell.environment,
    file: read === undefined ? undefined : { path: read.value.name, text: read.value.text },
  });
  if (!resolved.ok) return resolved;
  const anchors = readAnchors(shell, resolved.value.anchors);
  if (!anchors.ok) return anchors;
  return ok({ ...resolved.value, anchors: anchors.value.anchors, settingWarnings: anchors.value.warnings });
};

const flagTexts = (options: SettingOptions): ReadonlyMap<string, string> =>
  new Map(
    [...workloadSettings, ...runSettings].flatMap(({ name }) => {
      const text = options[keyOf(name)];
      return typeof text === 'string' ? [[name, text] as const] : [];
    }),
  );

/** The nearest file of that name, from the working directory upward. */
export const findUpward = (shell: Shell, name: string): string | undefined =>
  pathsUpward(shell.folder, name).find((path) => shell.readFile(path).ok);
