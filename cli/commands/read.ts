import { type Diagnostic, problem } from '../core/diagnostic.ts';
import type { Input } from '../core/inject/inputs.ts';
import type { Value } from '../core/manifest/value.ts';
import { nearest } from '../core/nearest.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { type RunSettings, resolveRunSettings, runSettings } from '../core/settings/run-settings.ts';
import { keyOf, settings } from '../core/settings/setting.ts';
import type { SettingOptions } from './options.ts';
import type { Shell } from './shell.ts';

const whole = (input: string) => ({ input, line: 0, column: 0 });

/** What a word that is no file was perhaps meant to be. */
const commandNames = ['uninject', 'inject', 'helm-plugin', 'run', 'fn'];

/** The manifests of stdin (no files, or `-`), of files, and of all manifests in folders. */
export const readInputs = (shell: Shell, files: readonly string[]): Result<readonly Input[], readonly Diagnostic[]> => {
  const paths =
    files.length === 0
      ? ['-']
      : files.flatMap((file) => (file === '-' ? [file] : (shell.listManifests(file) ?? [file])));
  const read = paths.map((path): Result<Input, Diagnostic> => {
    if (path === '-') return decode('stdin', shell.readStdin());
    const bytes = shell.readFile(path);
    return bytes.ok
      ? decode(path, bytes.bytes)
      : fail({
          problem: problem('unreadable-file', { path, reason: bytes.reason, command: nearest(path, commandNames) }),
          place: whole(''),
        });
  });
  const errors = read.flatMap((result) => (result.ok ? [] : [result.error]));
  return errors.length > 0 ? fail(errors) : ok(read.flatMap((result) => (result.ok ? [result.value] : [])));
};

/** Bytes are decoded once, as a whole: a character may be split over chunks. */
export const decode = (name: string, bytes: Uint8Array): Result<Input, Diagnostic> => {
  const encoding = foreignEncoding(bytes);
  if (encoding === undefined) {
    try {
      return ok({ name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) });
    } catch {
      return fail({ problem: problem('not-utf8', { encoding: 'invalid bytes' }), place: whole(name) });
    }
  }
  return fail({ problem: problem('not-utf8', { encoding }), place: whole(name) });
};

const foreignEncoding = (bytes: Uint8Array): string | undefined => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
};

/** All sources of settings together. */
export const readSettings = (
  shell: Shell,
  options: SettingOptions,
  functionConfig: Value | undefined,
): Result<RunSettings, readonly Diagnostic[]> => {
  const config = options['config'];
  const path = typeof config === 'string' ? config : findUpward(shell, '.daps.yaml');
  const read = path === undefined ? undefined : shell.readFile(path);
  if (path !== undefined && read?.ok === false)
    return fail([{ problem: problem('unreadable-file', { path, reason: read.reason }), place: whole('') }]);
  const text = path !== undefined && read?.ok === true ? decode(path, read.bytes) : undefined;
  if (text?.ok === false) return fail([text.error]);
  return resolveRunSettings({
    flags: flagTexts(options),
    functionConfig: functionConfig === undefined ? undefined : { name: 'functionConfig', value: functionConfig },
    environment: shell.environment,
    file: text === undefined || path === undefined ? undefined : { path, text: text.value.text },
  });
};

const flagTexts = (options: SettingOptions): ReadonlyMap<string, string> =>
  new Map(
    [...settings, ...runSettings].flatMap(({ name }) => {
      const text = options[keyOf(name)];
      return typeof text === 'string' ? [[name, text] as const] : [];
    }),
  );

const findUpward = (shell: Shell, name: string): string | undefined => {
  for (let folder = shell.folder; ; ) {
    const path = `${folder.replace(/[\\/]$/, '')}/${name}`;
    if (shell.readFile(path).ok) return path;
    const parent = folder.replace(/[\\/][^\\/]*$/, '');
    if (parent === folder || parent === '') return undefined;
    folder = parent;
  }
};
