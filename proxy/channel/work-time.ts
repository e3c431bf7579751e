import { pathOf } from '../policy/classify.ts';

/**
 * Remembers how long the app took for deliveries and jobs, by route, to estimate the next ones. Times are milliseconds
 * of one clock.
 */

/** It remembers a long one for one to two hours. */
const forgetAfterMs = 3_600_000;
/** Routes beyond these count as one. */
const maxRoutes = 256;
const allOthers = '';

/** The longest of the current hour and of the one before: so it keeps nothing of each delivery. */
class Longest {
  #sinceMs: number;
  #current = 0;
  #previous = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  took(ms: number, nowMs: number): void {
    this.#turn(nowMs);
    if (ms > this.#current) this.#current = ms;
  }

  at(nowMs: number): number {
    this.#turn(nowMs);
    return Math.max(this.#current, this.#previous);
  }

  #turn(nowMs: number): void {
    if (nowMs - this.#sinceMs < forgetAfterMs) return;
    this.#previous = nowMs - this.#sinceMs < 2 * forgetAfterMs ? this.#current : 0;
    this.#current = 0;
    this.#sinceMs = nowMs;
  }
}

/** Work in flight. */
interface Begun {
  readonly target: string;
  readonly sinceMs: number;
}

export class WorkTime {
  readonly #longest = new Map<string, Longest>();
  readonly #begun = new Set<Begun>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Begins to measure. Returns the function to call when the work is no longer in flight. */
  begin(target: string): (isAnswered: boolean) => void {
    const begun = { target, sinceMs: this.#nowMs() };
    this.#begun.add(begun);
    return (isAnswered) => {
      this.#begun.delete(begun);
      if (isAnswered) this.#took(begun);
    };
  }

  /** The longest that work of this route took, including what is in flight; undefined if none has ended. */
  longestMs(target: string): number | undefined {
    const nowMs = this.#nowMs();
    const route = pathOf(target);
    const seen = (this.#longest.get(route) ?? this.#longest.get(allOthers))?.at(nowMs);
    if (seen === undefined) return undefined;
    let longest = seen;
    for (const begun of this.#begun)
      if (pathOf(begun.target) === route) longest = Math.max(longest, nowMs - begun.sinceMs);
    return longest;
  }

  /** The longest that any work took; 0 if none has ended. */
  longestOfAllMs(): number {
    const nowMs = this.#nowMs();
    let longest = 0;
    for (const one of this.#longest.values()) longest = Math.max(longest, one.at(nowMs));
    return longest;
  }

  #took({ target, sinceMs }: Begun): void {
    const nowMs = this.#nowMs();
    const route = pathOf(target);
    const key = this.#longest.has(route) || this.#longest.size < maxRoutes ? route : allOthers;
    let longest = this.#longest.get(key);
    if (longest === undefined) {
      longest = new Longest(nowMs);
      this.#longest.set(key, longest);
    }
    longest.took(nowMs - sinceMs, nowMs);
  }
}
