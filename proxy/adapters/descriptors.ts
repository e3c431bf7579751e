import { readFileSync } from 'node:fs';

/** How many files and sockets this process may have open (proc_pid_limits(5)); Infinity if the kernel does not say. */
export const descriptorLimit = (): number => {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};
