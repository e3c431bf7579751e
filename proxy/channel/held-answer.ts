import { memoryOf } from './memory/buffer-pool.ts';

/** Up to this size, an answer to a delivery reaches daprd whole or not at all, so that daps can ask the app again. */
const maxBytes = 64 * 1024;
/** The same when the memory budget is spent: answers to deliveries are shorter. */
const leastBytes = 8 * 1024;
const nothing: readonly Buffer[] = [];

/** The part of an answer that has arrived so far. */
export class HeldAnswer {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #memoryBytes = 0;

  /** The memory that it takes. */
  get keptBytes(): number {
    return this.#memoryBytes;
  }

  /** `isSpent`: the memory budget is spent. */
  hasRoomFor(chunk: Buffer, isSpent: boolean): boolean {
    return this.#bytes + chunk.length <= (isSpent ? leastBytes : maxBytes);
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#memoryBytes += memoryOf(chunk);
  }

  /** Removes everything and returns it. */
  take(): readonly Buffer[] {
    if (this.#bytes === 0) return nothing;
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    this.#memoryBytes = 0;
    return chunks;
  }
}
