import { join, resolve } from 'node:path';

/** Folder of the Go modules. */
export const modulesFolder: string = import.meta.dirname;

/** Where built tools go; git does not see it. */
export const toolsFolder: string = resolve(modulesFolder, '../../.tools');

/** Names the folders whose manifests are test input. */
export const corpusFile: string = join(toolsFolder, 'corpus.json');
