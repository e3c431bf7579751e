import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { readCorpus } from '../tools/corpus.ts';
import { toolsFolder } from '../tools/places.ts';
import type { ToolName } from '../tools/registry.ts';
import { leaveOut } from './left-out.ts';

/** Absolute path of a built tool, or undefined when `npm run tools` has not made it. */
export function toolPath(name: ToolName): string | undefined {
  const path = join(toolsFolder, name);
  return existsSync(path) ? path : undefined;
}

/** For `before` hooks: skips the suite when a tool is missing, and fails it where CI is set. */
export function needsTools(context: Mocha.Context, ...names: readonly ToolName[]): void {
  const missing = names.filter((name) => toolPath(name) === undefined);
  if (missing.length === 0) return;
  const suite = context.test?.parent?.fullTitle() ?? 'a suite';
  const are = missing.length === 1 ? 'is' : 'are';
  const sentence = `${suite}, because ${missing.join(' and ')} ${are} missing; get them with: npm run tools`;
  if (process.env['CI']) throw new Error(sentence);
  leaveOut(sentence);
  context.skip();
}

/** Folders of other projects' manifests and charts to read; undefined when `npm run tools` has not found them. */
export function corpusFolders(): readonly string[] | undefined {
  return readCorpus()?.folders;
}

/** What the API server would read from a file, or why it would read nothing. */
export type FileObjects = { readonly objects: readonly unknown[] } | { readonly error: string };

/** An integer that a JavaScript number cannot hold, digit by digit. */
export type BigInteger = { readonly $int: string };

type ReviverContext = { readonly source?: string };

// TypeScript's JSON.parse does not know the third argument yet.
function keepDigits(_key: string, value: unknown, context?: ReviverContext): unknown {
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  const source = context?.source;
  if (!isInexact || source === undefined || !/^-?\d+$/.test(source)) return value;
  return { $int: source } satisfies BigInteger;
}

// A command line holds 128 KiB at the very least, environment included.
const chunkBytes = 64 * 1024;

function chunks(files: readonly string[]): string[][] {
  const found: string[][] = [];
  let room = 0;
  for (const file of files) {
    const bytes = Buffer.byteLength(file) + 1;
    if (found.length === 0 || bytes > room) {
      found.push([]);
      room = chunkBytes;
    }
    found.at(-1)?.push(file);
    room -= bytes;
  }
  return found;
}

function needed(name: ToolName): string {
  const path = toolPath(name);
  if (path === undefined) throw new Error(`the ${name} tool is missing; get it with: npm run tools`);
  return path;
}

const maxBuffer = 2 ** 30;

// What a tool says about each file, a line of JSON at a time.
async function linesAbout<Line extends { readonly file: string }>(
  name: ToolName,
  flags: readonly string[],
  files: readonly string[],
): Promise<Line[]> {
  const tool = needed(name);
  const lines: Line[] = [];
  for (const chunk of chunks(files)) {
    const { stdout } = await execa(tool, [...flags, '--', ...chunk], { maxBuffer });
    for (const line of stdout.split('\n')) lines.push(JSON.parse(line, keepDigits) as Line);
  }
  return lines;
}

/** Reads many files of manifests as the API server would, with kubectl's own decoder. */
export async function readObjects(files: readonly string[]): Promise<Map<string, FileObjects>> {
  const lines = await linesAbout<FileObjects & { readonly file: string }>('objects', [], files);
  return new Map(lines.map(({ file, ...result }) => [file, result]));
}

/** Who reads manifests beside kubectl: go-yaml v3, and Helm 4 after it has rewritten them with kyaml. */
export const otherReaders = ['yaml3', 'helm4'] as const;
export type OtherReader = (typeof otherReaders)[number];

/** Reads many files of manifests as another tool does. */
export async function readObjectsAs(reader: OtherReader, files: readonly string[]): Promise<Map<string, FileObjects>> {
  const lines = await linesAbout<FileObjects & { readonly file: string }>('readers', ['-as', reader], files);
  return new Map(lines.map(({ file, ...result }) => [file, result]));
}

type Verdict = { readonly file: string; readonly problems: readonly string[]; readonly error?: string };

/**
 * What an API server would have against the workloads in many files: nothing where it would take them all. An `apply`,
 * which is how Helm 4 sends them, also refuses two entries with one key, such as a variable that is there twice.
 */
export async function checkWithApiServer(
  files: readonly string[],
  how: 'create' | 'apply' = 'create',
): Promise<Map<string, string[]>> {
  const lines = await linesAbout<Verdict>('apicheck', how === 'apply' ? ['-apply'] : [], files);
  return new Map(lines.map(({ file, problems, error }) => [file, error ? [...problems, error] : [...problems]]));
}

/** A pod and where it is to run. */
export type PodRequest = { readonly namespace: string; readonly pod: unknown };

/** The pods after Dapr's own sidecar injector, in the same order; throws when it refuses one. */
export async function injectWithDapr(pods: readonly PodRequest[]): Promise<unknown[]> {
  if (pods.length === 0) return [];
  const input = pods.map((request) => `${JSON.stringify(request)}\n`).join('');
  const { stdout } = await execa(needed('injector'), { input, maxBuffer });
  return stdout.split('\n').map((line, index) => {
    const { pod, error } = JSON.parse(line, keepDigits) as { pod?: unknown; error?: string };
    if (error !== undefined) throw new Error(`Dapr refuses pod ${index}: ${error}`);
    return pod;
  });
}
