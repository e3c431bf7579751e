import { memoryOf } from './memory/buffer-pool.ts';

/** An answer to a delivery reaches daprd whole or not at all, so that it can be asked for again: up to this size. */
const maxBytes = 64 * 1024;
/** The same where no memory is left for more: answers to deliveries are shorter. */
const leastBytes = 8 * 1024;
const nothing: readonly Buffer[] = [];

/** The part of an answer that has come so far. */
export class HeldAnswer {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #memoryBytes = 0;

  /** The memory that it takes. */
  get keptBytes(): number {
    return this.#memoryBytes;
  }

  /** `isSpent`: no memory is left for what need not be kept. */
  hasRoomFor(chunk: Buffer, isSpent: boolean): boolean {
    return this.#bytes + chunk.length <= (isSpent ? leastBytes : maxBytes);
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#memoryBytes += memoryOf(chunk);
  }

  /** Everything, which is then no longer held. */
  take(): readonly Buffer[] {
    if (this.#bytes === 0) return nothing;
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    this.#memoryBytes = 0;
    return chunks;
  }
}
