import fs from 'node:fs';
import path from 'node:path';

/** Where the pages of rules and of problems stand. */
export const pageFolders: readonly string[] = ['cli/core/lint/rules', 'cli/core/lint/problems'];

/** The page of every rule and problem, by its id. The build puts them into the bundle; the sources read the files. */
export const pages: Readonly<Record<string, string>> = Object.fromEntries(
  pageFolders.flatMap((folder) => {
    const below = path.join(import.meta.dirname, '../..', folder);
    return fs
      .readdirSync(below)
      .filter((name) => name.endsWith('.md'))
      .map((name) => [name.slice(0, -3), fs.readFileSync(path.join(below, name), 'utf8')]);
  }),
);
