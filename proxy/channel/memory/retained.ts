import { memoryOf, recycle } from './buffer-pool.ts';
import { type MemoryBudget, Share } from './memory-budget.ts';

/** How much of one request is kept to be sent again: what Dapr takes by default (4 MiB), as base64 in an event, is less. */
const maxRequestBytes = 6 * 1024 * 1024;
/** A request longer than this is kept only while memory is not tight: the second half is for those that are shorter. */
const largeBytes = 1024 * 1024;

/** A request's bytes as far as they have come. */
export class Retained {
  readonly #budget: MemoryBudget;
  readonly #share: Share;
  #chunks: Buffer[] | undefined = [];
  #bytes = 0;
  #memoryBytes = 0;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
    this.#share = new Share(budget);
  }

  /** What was kept; undefined once something had to be let go. */
  get chunks(): readonly Buffer[] | undefined {
    return this.#chunks;
  }

  /** More than may be kept: nothing further should be read of a request that waits. */
  get isFull(): boolean {
    if (this.#bytes > maxRequestBytes || this.#budget.isSpent) return true;
    return this.#bytes > largeBytes && this.#budget.isTight;
  }

  add(chunk: Buffer): void {
    if (this.#chunks === undefined) return;
    this.#bytes += chunk.length;
    this.#memoryBytes += memoryOf(chunk);
    this.#chunks.push(chunk);
    this.#share.set(this.#memoryBytes);
  }

  /** Drops everything, and recycles the memory: only if nobody else reads it. */
  recycle(): void {
    for (const chunk of this.#chunks ?? []) recycle(chunk);
    this.drop();
  }

  drop(): void {
    this.#bytes = 0;
    this.#memoryBytes = 0;
    this.#chunks = undefined;
    this.#share.set(0);
  }
}
