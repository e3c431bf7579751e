/** Time, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
  /** Calls once, after a time; answers what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A promise of that time. */
export const sleep = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
