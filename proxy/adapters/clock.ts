/** Time, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
  /** Calls once, after a time; returns what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

/** The longest delay that Node's timers hold, 24.8 days: they call at once after a longer one. */
export const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, call) => {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const partMs = Math.min(leftMs, longestDelayMs);
      timer = setTimeout(() => (leftMs > partMs ? wait(leftMs - partMs) : call()), partMs);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after a time, or as soon as the signal is aborted. */
export const sleep = (clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    signal?.addEventListener('abort', end);
  });
