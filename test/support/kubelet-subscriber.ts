import { fileURLToPath } from 'node:url';
import type { LocalProgram } from './kubelet-container.ts';

const file = fileURLToPath(import.meta.resolve('./subscriber.ts'));

/** The subscriber as a container's program; `subscriber.ts` says which variables there are. */
export const subscriber = (env: Readonly<Record<string, string>>): LocalProgram => ({
  command: process.execPath,
  args: [file],
  env,
});
