import type { Clock } from '../../../proxy/adapters/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly call: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  /** Not 0, which the sidecar takes for "never". */
  #nowMs = 1000;
  readonly #timers = new Set<Timer>();

  readonly nowMs = (): number => this.#nowMs;

  readonly after = (delayMs: number, call: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + delayMs, call };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  /** Moves on to the next timer that is due by then, and calls it; whether there was one. */
  step(untilMs: number): boolean {
    const [next] = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
    if (next === undefined) return false;
    this.moveTo(next.atMs);
    this.#timers.delete(next);
    next.call();
    return true;
  }

  /** Calls nothing. Never goes back. */
  moveTo(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }
}
