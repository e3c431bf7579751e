import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { go } from './go.ts';
import { corpusFile, modulesFolder } from './places.ts';
import { corpusModules } from './registry.ts';
import { stampOf } from './stamp.ts';

/** What `.tools/corpus.json` holds. */
type Corpus = { readonly stamp: string; readonly folders: readonly string[] };

/** The corpus an earlier run wrote, unless it or one of its folders is gone. */
export function readCorpus(): Corpus | undefined {
  if (!existsSync(corpusFile)) return undefined;
  const corpus = JSON.parse(readFileSync(corpusFile, 'utf8')) as Corpus;
  return corpus.folders.every((folder) => existsSync(folder)) ? corpus : undefined;
}

async function stampOfCorpus(): Promise<string> {
  const facts = JSON.stringify(corpusModules);
  const stamps = await Promise.all(corpusModules.map(({ module }) => stampOf(module, [facts])));
  return stamps.join('\n');
}

// One JSON object after the other, each ending in a line that is only "}".
function foldersIn(output: string): string[] {
  return output
    .split(/(?<=^\})\n/m)
    .filter((text) => text.trim() !== '')
    .map((text) => (JSON.parse(text) as { Dir: string }).Dir);
}

/** Finds (and, where the module cache lacks them, downloads) the corpus modules at the versions the tools pin. */
export async function writeCorpus(): Promise<string> {
  const stamp = await stampOfCorpus();
  if (readCorpus()?.stamp === stamp) return 'up to date';

  const folders: string[] = [];
  for (const { module, paths } of corpusModules) {
    folders.push(...foldersIn(await go(['mod', 'download', '-json', ...paths], join(modulesFolder, module))));
  }
  await writeFile(corpusFile, `${JSON.stringify({ stamp, folders } satisfies Corpus, null, 2)}\n`);
  return `${folders.length} folders`;
}
