/** Time, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
  /** Calls once, after a time; answers what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

/** What Node's timers hold, 24.8 days: a longer one would be over at once. */
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

/** A promise of that time. */
export const sleep = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
