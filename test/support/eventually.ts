import { setTimeout as delay } from 'node:timers/promises';

/** Far longer than anything takes beside busy neighbors: only a test that would wait for ever gets there. */
export const patienceMs = 30_000;

/** A pause is as long as a fifth of the wait so far: questions to a broker or a cluster are no load of their own. */
const firstPauseMs = 10;
const longestPauseMs = 250;
const growth = 1.25;

/** What a wait says that ends without what it waited for; `details` is the story so far. */
export const lateError = (what: string, timeoutMs: number, details = ''): Error =>
  new Error(`not within ${timeoutMs / 1000} s: ${what}${details === '' ? '' : `\n${details}`}`);

/** Waits for a promise. Throws `lateError` when the time is over; an infinite time leaves that to mocha's own limit. */
export const inTime = async <T>(
  what: string,
  promise: Promise<T>,
  timeoutMs = patienceMs,
  details: () => string = () => '',
): Promise<T> => {
  if (timeoutMs === Number.POSITIVE_INFINITY) return promise;
  const over = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: over.signal }).then(() => {
    throw lateError(what, timeoutMs, details());
  });
  late.catch(() => {}); // the abort
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
};

/** Waits until something is true, which is asked again and again. Throws `lateError` when the time is over. */
export const eventually = async (
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = patienceMs,
  details: () => string = () => '',
): Promise<void> => {
  let isOver = false;
  const poll = async (): Promise<void> => {
    for (let pauseMs = firstPauseMs; !isOver && !(await isTrue()); pauseMs = Math.min(growth * pauseMs, longestPauseMs))
      await delay(pauseMs);
  };
  try {
    await inTime(what, poll(), timeoutMs, details);
  } finally {
    isOver = true;
  }
};
