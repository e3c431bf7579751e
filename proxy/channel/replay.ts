import { giveBack, memoryOf } from './blocks.ts';
import { type MemoryBudget, Share } from './memory-budget.ts';

/** How much of one request is kept to be sent again. */
const maxReplayBytes = 1024 * 1024;

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
    return this.#bytes > maxReplayBytes || this.#budget.isSpent;
  }

  add(chunk: Buffer): void {
    if (this.#chunks === undefined) return;
    this.#bytes += chunk.length;
    this.#memoryBytes += memoryOf(chunk);
    this.#chunks.push(chunk);
    this.#share.set(this.#memoryBytes);
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
    this.#bytes = 0;
    this.#memoryBytes = 0;
    this.#chunks = undefined;
    this.#share.set(0);
  }
}
