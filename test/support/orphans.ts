import { readdirSync, readFileSync } from 'node:fs';
import { isOver, runName } from './run-name.ts';
import { sendSignal } from './send-signal.ts';

const variable = 'TEST_RUN';

/** In the environment of every process that outlives the tests' own when that is killed. */
export const markOfThisRun: Readonly<Record<string, string>> = { [variable]: runName };

const runOf = (pid: string): string | undefined => {
  try {
    return new RegExp(`(?:^|\0)${variable}=([^\0]*)`).exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
  } catch {
    return undefined; // it has ended, or is somebody else's
  }
};

/** Ends what test processes that were killed have left running. Where there is no /proc they stay. */
export const endOrphans = (): void => {
  let names: readonly string[] = [];
  try {
    names = readdirSync('/proc');
  } catch {
    return;
  }
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    const run = runOf(pid);
    if (run !== undefined && isOver(run)) sendSignal(Number(pid), 'SIGKILL');
  }
};
