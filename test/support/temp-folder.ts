import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { atExit } from './at-exit.ts';
import { isOver, runIn, runName } from './run-name.ts';

export interface TempFolder {
  readonly path: string;
  /** Writes a file below the folder; returns its path. */
  readonly write: (name: string, text: string) => string;
  readonly remove: () => void;
}

const prefix = 'daps-test-';
const open = new Set<string>();

const remove = (path: string): void => {
  rmSync(path, { recursive: true, force: true });
  open.delete(path);
};

atExit(() => {
  for (const path of open) remove(path);
});

let isSwept = false;

/** Removes, once, the folders of test processes that were killed. */
const sweep = (): void => {
  if (isSwept) return;
  isSwept = true;
  for (const name of readdirSync(tmpdir())) {
    const run = name.startsWith(prefix) ? runIn(name) : undefined;
    if (run !== undefined && isOver(run)) remove(join(tmpdir(), name));
  }
};

/** A folder for one suite, to be removed after it. */
export const openTempFolder = (): TempFolder => {
  sweep();
  const path = mkdtempSync(join(tmpdir(), `${prefix}${runName}-`));
  open.add(path);
  return {
    path,
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove: () => remove(path),
  };
};
