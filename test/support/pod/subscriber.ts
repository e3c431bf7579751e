import { fileURLToPath } from 'node:url';
import type { LocalProgram } from './container.ts';

const file = fileURLToPath(import.meta.resolve('../programs/subscriber.ts'));

/** The subscriber as a container's program; `subscriber.ts` says which variables there are. */
export const subscriber = (env: Readonly<Record<string, string>>): LocalProgram => ({
  command: process.execPath,
  args: [file],
  env,
});
