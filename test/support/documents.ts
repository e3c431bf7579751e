import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './sources.ts';

/** Every Markdown file that people write and read; those inside a fixture are its bytes. */
export const documents: readonly string[] = globSync(
  ['*.md', '{cli,proxy,test}/**/*.md', 'fixtures/*.md', '.github/**/*.md'],
  { cwd: root },
).sort();

export const readDocument = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The rows of the table of a text whose header has these cells. */
export const tableIn = (text: string, ...header: readonly string[]): readonly (readonly string[])[] => {
  const lines = text.split('\n');
  const start = lines.indexOf(`| ${header.join(' | ')} |`);
  if (start < 0) throw new Error(`there is no table ${header.join(' | ')}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map((row) => row.slice(2, -2).split(/ (?<!\\)\| /));
};

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

/** A text without its fenced blocks of code. */
export const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '');

export const anchorsIn = (text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
