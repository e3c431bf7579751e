import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TempFolder {
  readonly path: string;
  /** Writes a file below the folder; returns its path. */
  readonly write: (name: string, text: string) => string;
  readonly remove: () => void;
}

/** A folder for one suite, to be removed after it. */
export const openTempFolder = (): TempFolder => {
  const path = mkdtempSync(join(tmpdir(), 'daps-test-'));
  return {
    path,
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
};
