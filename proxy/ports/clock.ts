/** Time, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
  /** Calls once, after a time; answers what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

/** What Node's timers hold; a longer delay would be over at once. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, Math.min(delayMs, longestDelayMs));
    return () => clearTimeout(timer);
  },
};

/** A promise of that time. */
export const sleep = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
