import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface Source {
  /** Below the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without what strings say. */
  readonly code: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

export interface Import {
  /** A path below the repository for relative imports, else the specifier. */
  readonly target: string;
  readonly isType: boolean;
}

const importPattern = /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

/** The TypeScript files below some folders. */
export const readSources = (...folders: readonly string[]): readonly Source[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readSource(join(folder, name))),
  );

const readSource = (path: string): Source => {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = [...text.matchAll(importPattern)].map(([, type, from, dynamic]): Import => {
    const specifier = from ?? dynamic ?? '';
    const target = specifier.startsWith('.') ? relative(root, resolve(root, path, '..', specifier)) : specifier;
    return { target, isType: type !== undefined };
  });
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replaceAll(/'[^'\n]*'|`[^`]*`/g, "''");
  return { path, text, code, lines: text.split('\n').length - 1, imports };
};
