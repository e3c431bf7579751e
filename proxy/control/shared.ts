/** The pause between two runs, in multiples of a run: they take at most a tenth of the process' time. */
const restFactor = 10;

/**
 * Shares work that takes time, such as rendering all metrics, among any number of callers: one run at a time, whose
 * result goes to all who have asked before its end.
 */
export const shared = <T>(
  run: () => Promise<T>,
  nowMs: () => number = () => performance.now(),
  rest: (delayMs: number) => Promise<void> = (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
): (() => Promise<T>) => {
  let running: Promise<T> | undefined;
  let restUntilMs = 0;
  const runOnce = async (): Promise<T> => {
    const restMs = restUntilMs - nowMs();
    if (restMs > 0) await rest(restMs);
    const startedMs = nowMs();
    try {
      return await run();
    } finally {
      running = undefined;
      restUntilMs = nowMs() + restFactor * (nowMs() - startedMs);
    }
  };
  return () => {
    running ??= runOnce();
    return running;
  };
};
