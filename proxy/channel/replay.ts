import { giveBack } from './blocks.ts';

/** How much of a request is kept to be sent again: one request, and all of them together. */
const maxReplayBytes = 1024 * 1024;
const maxReplayBytesInAll = 16 * 1024 * 1024;

/** The bytes that all requests keep for a replay, so that they stay within one limit. */
export class ReplayBudget {
  #used = 0;
  readonly #limit: number;

  constructor(limit = maxReplayBytesInAll) {
    this.#limit = limit;
  }

  get usedBytes(): number {
    return this.#used;
  }

  get isSpent(): boolean {
    return this.#used > this.#limit;
  }

  add(bytes: number): void {
    this.#used += bytes;
  }
}

/** A request's bytes as far as they have come. */
export class Retained {
  readonly #budget: ReplayBudget;
  #chunks: Buffer[] | undefined = [];
  #bytes = 0;

  constructor(budget: ReplayBudget) {
    this.#budget = budget;
  }

  /** What was kept; undefined once something had to be let go. */
  get chunks(): readonly Buffer[] | undefined {
    return this.#chunks;
  }

  /** More than may be kept: nothing further should be read of a request that waits. */
  get isFull(): boolean {
    return this.#bytes > maxReplayBytes || this.#budget.isSpent;
  }

  add(chunk: Buffer): void {
    if (this.#chunks === undefined) return;
    this.#bytes += chunk.length;
    this.#budget.add(chunk.length);
    this.#chunks.push(chunk);
  }

  /** Lets go of everything where it is too much; for a request that is with the app, which has read it. */
  trim(): void {
    if (this.isFull) this.drop();
  }

  /** Lets go of everything when it is known that nobody else reads it. */
  giveBack(): void {
    for (const chunk of this.#chunks ?? []) giveBack(chunk);
    this.drop();
  }

  drop(): void {
    this.#budget.add(-this.#bytes);
    this.#bytes = 0;
    this.#chunks = undefined;
  }
}
