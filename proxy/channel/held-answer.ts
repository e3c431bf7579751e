/** An answer to a delivery reaches daprd whole or not at all, so that it can be asked for again: up to this size. */
const maxBytes = 64 * 1024;
const nothing: readonly Buffer[] = [];

/** The part of an answer that has come so far. */
export class HeldAnswer {
  #chunks: Buffer[] = [];
  #bytes = 0;

  hasRoomFor(chunk: Buffer): boolean {
    return this.#bytes + chunk.length <= maxBytes;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** Everything, which is then no longer held. */
  take(): readonly Buffer[] {
    if (this.#bytes === 0) return nothing;
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    return chunks;
  }
}
