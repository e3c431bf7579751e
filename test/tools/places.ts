import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';

/** Folder of the Go modules. */
export const modulesFolder: string = import.meta.dirname;

/** Where this checkout's tools are; git does not see it. */
export const toolsFolder: string = resolve(modulesFolder, '../../.tools');

/** Keeps built tools between checkouts, each under its name and its stamp. `DAPS_TOOLS_CACHE` chooses another folder. */
export const toolsCache: string =
  process.env['DAPS_TOOLS_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'daps-tools');

/** Names the folders whose manifests are test input. */
export const corpusFile: string = join(toolsFolder, 'corpus.json');
