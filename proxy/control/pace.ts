/** A place in the queue. */
interface Turn {
  readonly go: () => void;
  isGivenUp: boolean;
}

const stepMs = 10;

/**
 * Limits how many callers have their turn in a second, in the order in which they arrive: whatever strangers ask, the
 * rest of the process has most of its time.
 */
export class Pace {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #nowMs: () => number;
  readonly #after: (delayMs: number, call: () => void) => void;
  readonly #queue: Turn[] = [];
  #free: number;
  #countedMs: number;
  #isWaiting = false;

  constructor(
    { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
    nowMs: () => number = () => performance.now(),
    after: (delayMs: number, call: () => void) => void = (delayMs, call) => void setTimeout(call, delayMs),
  ) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#nowMs = nowMs;
    this.#after = after;
    this.#free = burst;
    this.#countedMs = nowMs();
  }

  /** Calls when it is the caller's turn, at once if no one waits. Returns what gives the turn up. */
  enter(go: () => void): () => void {
    const turn: Turn = { go, isGivenUp: false };
    this.#queue.push(turn);
    this.#work();
    return () => {
      turn.isGivenUp = true;
    };
  }

  #work(): void {
    if (this.#isWaiting) return;
    const nowMs = this.#nowMs();
    this.#free = Math.min(this.#burst, this.#free + (nowMs - this.#countedMs) * this.#perMs);
    this.#countedMs = nowMs;
    while (this.#free >= 1) {
      const turn = this.#queue.shift();
      if (turn === undefined) return;
      if (turn.isGivenUp) continue;
      this.#free -= 1;
      turn.go();
    }
    if (this.#queue.length === 0) return;
    this.#isWaiting = true;
    this.#after(stepMs, () => {
      this.#isWaiting = false;
      this.#work();
    });
  }
}
