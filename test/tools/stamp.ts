import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modulesFolder } from './places.ts';

const isSource = (name: string): boolean => name === 'go.mod' || name === 'go.sum' || name.endsWith('.go');

/** Changes when something that goes into a module's binaries does: its sources, its pins, or one of the `facts`. */
export async function stampOf(module: string, facts: readonly string[]): Promise<string> {
  const folder = join(modulesFolder, module);
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const name of (await readdir(folder)).filter(isSource).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex');
}

/** The stamp in a file that an earlier run left, if there is one. */
export async function readStamp(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
