/** What all connections may keep: heads, requests that are held or may be sent again, answers, and unwritten bytes. */
const maxBytes = 16 * 1024 * 1024;

/** The one budget for the bytes that the sidecar keeps. Every owner counts them here, in bytes of memory. */
export class MemoryBudget {
  readonly #limitBytes: number;
  #usedBytes = 0;
  #isTight = false;
  /** Called when memory becomes tight, and when it no longer is. */
  onTight: (isTight: boolean) => void = () => {};

  constructor(limitBytes = maxBytes) {
    this.#limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Whether nothing optional may be kept. */
  get isSpent(): boolean {
    return this.#usedBytes > this.#limitBytes;
  }

  /** Whether one read must take little: more than half was used, and more than a quarter still is. */
  get isTight(): boolean {
    return this.#isTight;
  }

  add(bytes: number): void {
    this.#usedBytes += bytes;
    const isTight = this.#usedBytes > this.#limitBytes / (this.#isTight ? 4 : 2);
    if (isTight === this.#isTight) return;
    this.#isTight = isTight;
    this.onTight(isTight);
  }
}

/** What one owner keeps of the budget. */
export class Share {
  readonly #budget: MemoryBudget;
  #bytes = 0;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  /** Sets how much the owner keeps. */
  set(bytes: number): void {
    if (bytes === this.#bytes) return;
    const more = bytes - this.#bytes;
    this.#bytes = bytes;
    this.#budget.add(more);
  }
}
