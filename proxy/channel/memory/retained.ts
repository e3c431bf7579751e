import { memoryOf, recycle } from './buffer-pool.ts';
import { type MemoryBudget, Share } from './memory-budget.ts';

/**
 * How much of one request daps keeps to send it again. Dapr's default limit (4 MiB), as base64 in an event, is less.
 */
const maxRequestBytes = 6 * 1024 * 1024;
/** daps keeps a longer request only while memory is not tight: the second half is for shorter ones. */
const largeBytes = 1024 * 1024;

/** The bytes of a request that have arrived so far. */
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

  /** The bytes; undefined once they were dropped. */
  get chunks(): readonly Buffer[] | undefined {
    return this.#chunks;
  }

  /** Whether there are more than may be kept: daps should read no more of a request that it holds. */
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
