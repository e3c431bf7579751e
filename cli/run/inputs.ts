import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import { type Diagnostic, problem } from '../core/diagnostic.ts';
import type { Input } from '../core/inject/inputs.ts';
import { positionFinder } from '../core/manifest/text/position.ts';
import { nearest } from '../core/nearest.ts';
import type { Shell } from '../shell/shell.ts';

/** A place that is a whole input. */
export const wholeFile = (input: string) => ({ input, line: 0, column: 0 });

/** What a word that is no file was perhaps meant to be. */
const commandNames = [
  'capture',
  'uninject',
  'inject',
  'helm-plugin',
  'run',
  'fn',
  'lint',
  'rules',
  'schema',
  'explain',
];

/** The manifests of stdin (no files, or `-`), of files, and of all manifests in folders. */
export const readInputs = (shell: Shell, files: readonly string[]): Result<readonly Input[], readonly Diagnostic[]> => {
  const paths =
    files.length === 0
      ? ['-']
      : files.flatMap((file) => (file === '-' ? [file] : (shell.listManifests(file) ?? [file])));
  const read = paths.map((path): Result<Input, Diagnostic> => {
    if (path === '-') return decode('stdin', shell.readStdin());
    return readText(shell, path, nearest(path, commandNames));
  });
  const errors = read.flatMap((result) => (result.ok ? [] : [result.error]));
  return errors.length > 0 ? fail(errors) : ok(read.flatMap((result) => (result.ok ? [result.value] : [])));
};

/** A file's text. `command`: what its name was perhaps meant to be. */
export const readText = (
  shell: Pick<Shell, 'readFile'>,
  path: string,
  command?: string | undefined,
): Result<Input, Diagnostic> => {
  const read = shell.readFile(path);
  return read.ok
    ? decode(path, read.bytes)
    : fail({ problem: problem('unreadable-file', { path, reason: read.reason, command }), place: wholeFile('') });
};

/** Bytes are decoded once, as a whole: a character may be split over chunks. */
export const decode = (name: string, bytes: Uint8Array): Result<Input, Diagnostic> => {
  const encoding = foreignEncoding(bytes);
  if (encoding !== undefined)
    return fail({ problem: problem('not-utf8', { kind: 'other', encoding }), place: wholeFile(name) });
  try {
    return ok({ name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) });
  } catch {
    return fail(invalidByte(name, bytes));
  }
};

const foreignEncoding = (bytes: Uint8Array): string | undefined => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
};

/** Halves what is left until it knows how many bytes are text. */
const invalidByte = (name: string, bytes: Uint8Array): Diagnostic => {
  const textOf = (count: number): string | undefined => {
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      return decoder.decode(bytes.subarray(0, count), { stream: true });
    } catch {
      return undefined;
    }
  };
  let valid = 0;
  for (let step = 2 ** Math.ceil(Math.log2(bytes.length + 1)); step >= 1; step /= 2)
    if (valid + step <= bytes.length && textOf(valid + step) !== undefined) valid += step;
  const text = textOf(valid) ?? '';
  const offset = new TextEncoder().encode(text).length;
  const { line, column } = positionFinder(text)(text.length);
  const byte = bytes[offset] ?? 0;
  return { problem: problem('not-utf8', { kind: 'byte', byte, offset }), place: { input: name, line, column } };
};
