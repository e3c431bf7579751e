/**
 * Whether the pod is going, and the hooks that wait to know. Any number may wait, and each may leave.
 *
 *   staying ──goes──▶ going ──mayEnd──▶ may-end
 *      ▲                                   │
 *      └──────────────stays────────────────┘
 */
export class Departure {
  #state: 'staying' | 'going' | 'may-end' = 'staying';
  readonly #whenGoing = new Set<() => void>();
  readonly #whenMayEnd = new Set<() => void>();

  get isGoing(): boolean {
    return this.#state !== 'staying';
  }

  /** The pod was deleted. */
  goes(): void {
    if (this.#state !== 'staying') return;
    this.#state = 'going';
    callAll(this.#whenGoing);
  }

  /** The pod's containers may be stopped. */
  mayEnd(): void {
    this.goes();
    this.#state = 'may-end';
    callAll(this.#whenMayEnd);
  }

  /** The pod was not deleted after all. */
  stays(): void {
    this.#state = 'staying';
  }

  /** Calls once the pod is going, at once if it is; returns what cancels it. */
  whenGoing(call: () => void): () => void {
    return when(this.isGoing, this.#whenGoing, call);
  }

  /** Calls once the containers may be stopped, at once if they may; returns what cancels it. */
  whenMayEnd(call: () => void): () => void {
    return when(this.#state === 'may-end', this.#whenMayEnd, call);
  }
}

const when = (isSo: boolean, waiting: Set<() => void>, call: () => void): (() => void) => {
  if (isSo) {
    call();
    return () => {};
  }
  const own = (): void => call();
  waiting.add(own);
  return () => {
    waiting.delete(own);
  };
};

const callAll = (waiting: Set<() => void>): void => {
  const calls = [...waiting];
  waiting.clear();
  for (const call of calls) call();
};
