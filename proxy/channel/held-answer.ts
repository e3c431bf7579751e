/** An answer to a delivery reaches daprd whole or not at all, so that it can be asked for again: up to this size. */
const maxBytes = 64 * 1024;

/** The part of an answer that has come so far. */
export class HeldAnswer {
  #chunks: Buffer[] = [];
  #bytes = 0;

  get isTooLong(): boolean {
    return this.#bytes > maxBytes;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** Everything, which is then no longer held. */
  take(): readonly Buffer[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    return chunks;
  }
}
