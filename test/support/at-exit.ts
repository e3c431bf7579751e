const tasks: (() => void)[] = [];

process.on('exit', () => {
  for (const task of tasks.splice(0)) task();
});

// Without a listener a signal ends the process at once, and nothing is done. Where there is another one, it decides.
for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.once(signal, () => {
    if (process.listenerCount(signal) === 0) process.exit(code);
  });

/** Does something when this process ends, by itself or because it is asked to; SIGKILL alone leaves no time. */
export const atExit = (task: () => void): void => void tasks.push(task);
