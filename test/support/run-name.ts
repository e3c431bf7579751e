import { readdirSync, readFileSync } from 'node:fs';

/**
 * When a process began, in clock ticks since the machine did (proc(5), field 22 of stat); tells it apart from a later
 * one with the same number. Undefined for a process that is not there, or is dead and not yet waited for.
 */
export const begun = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Its other threads may still hold its ports.
    const isDead = fields[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1;
    return isDead ? undefined : fields[19];
  } catch {
    return undefined;
  }
};

/**
 * Goes into every name that processes side by side could both choose: of queues, namespaces, folders. It says which
 * process the named thing belongs to; letters and digits only, at most 21 of them.
 */
export const runName: string = `r${process.pid}x${begun(process.pid) ?? 0}`;

/** A name that belongs to this process, such as `shop-r4711x98765`. */
export const ofThisRun = (name: string): string => `${name}-${runName}`;

/** The run in a name; undefined where there is none. */
export const runIn = (name: string): string | undefined => /(?:^|-)(r\d+x\d+)(?![^-.])/.exec(name)?.[1];

/** Whether the process that gave a name has ended: what it left behind can be removed. */
export const isOver = (run: string): boolean => {
  const [, pid, began] = /^r(\d+)x(\d+)$/.exec(run) ?? [];
  if (pid === undefined) return false;
  if (began !== '0') return begun(Number(pid)) !== began;
  try {
    process.kill(Number(pid), 0); // asks only; where there is no /proc
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};
