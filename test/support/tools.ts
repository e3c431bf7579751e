import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { readCorpus } from '../tools/corpus.ts';
import { toolsFolder } from '../tools/places.ts';
import type { ToolName } from '../tools/registry.ts';

/** Absolute path of a built tool, or undefined when `npm run tools` has not made it. */
export function toolPath(name: ToolName): string | undefined {
  const path = join(toolsFolder, name);
  return existsSync(path) ? path : undefined;
}

const skipped: string[] = [];

/** For `before` hooks: skips the suite when a tool is missing, and fails it where CI is set. */
export function needsTools(context: Mocha.Context, ...names: readonly ToolName[]): void {
  const missing = names.filter((name) => toolPath(name) === undefined);
  if (missing.length === 0) return;
  const suite = context.test?.parent?.fullTitle() ?? 'a suite';
  const are = missing.length === 1 ? 'is' : 'are';
  const sentence = `left out: ${suite}, because ${missing.join(' and ')} ${are} missing; get them with: npm run tools`;
  if (process.env['CI']) throw new Error(sentence);
  skipped.push(sentence);
  context.skip();
}

/** What `needsTools` has skipped so far, a sentence for each suite. */
export function leftOut(): readonly string[] {
  return skipped;
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

/** Reads many files of manifests as the API server would, with kubectl's own decoder. */
export async function readObjects(files: readonly string[]): Promise<Map<string, FileObjects>> {
  const objects = toolPath('objects');
  if (objects === undefined) throw new Error('the objects tool is missing; get it with: npm run tools');
  const results = new Map<string, FileObjects>();
  for (const chunk of chunks(files)) {
    const { stdout } = await execa(objects, ['--', ...chunk], { maxBuffer: 2 ** 30 });
    for (const line of stdout.split('\n')) {
      const { file, ...result } = JSON.parse(line, keepDigits) as FileObjects & { readonly file: string };
      results.set(file, result);
    }
  }
  return results;
}
