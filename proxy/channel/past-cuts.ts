/** How many deliveries it remembers. It forgets the oldest for a new one. */
const maxRemembered = 256;
/** How much of a body distinguishes it from others of the same length to the same route. */
const sampleBytes = 4096;
/** How many bytes it searches for the end of a head. */
const headBytes = 256 * 1024;

/**
 * Remembers how often the app cut a delivery that daps could not send again. The broker redelivers it after daprd's
 * restart, and a message that crashes the app each time must not do so forever.
 */
export class PastCuts {
  readonly #attempts = new Map<string, number>();

  /** How often this delivery was cut before daprd's last restart. */
  of(fingerprint: string): number {
    return this.#attempts.get(fingerprint) ?? 0;
  }

  remember(fingerprint: string, attempts: number): void {
    this.#attempts.delete(fingerprint);
    this.#attempts.set(fingerprint, attempts);
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > maxRemembered && oldest !== undefined) this.#attempts.delete(oldest);
  }

  /** Forgets a delivery that was answered or given up. */
  forget(fingerprint: string): void {
    this.#attempts.delete(fingerprint);
  }
}

const endOfHead = Buffer.from('\r\n\r\n');

/**
 * Identifies a delivery that comes again: by its route, the length of its body, and how the body begins. Its head
 * differs each time, because it contains a trace. Undefined if too little has arrived.
 */
export const fingerprintOf = (target: string, chunks: readonly Buffer[]): string | undefined => {
  const begin = beginOf(chunks);
  const end = begin.indexOf(endOfHead);
  if (end < 0) return undefined;
  const body = begin.subarray(end + endOfHead.length, end + endOfHead.length + sampleBytes);
  const length = /\r\ncontent-length:[\t ]*(\d+)/i.exec(begin.toString('latin1', 0, end))?.[1] ?? 'chunks';
  const isEnough = body.length === sampleBytes || String(body.length) === length;
  return isEnough ? `${target} ${length} ${hashOf(body)}` : undefined;
};

const beginOf = (chunks: readonly Buffer[]): Buffer => {
  let bytes = 0;
  const count = chunks.findIndex((chunk) => {
    bytes += chunk.length;
    return bytes >= headBytes;
  });
  return Buffer.concat(count < 0 ? chunks : chunks.slice(0, count + 1));
};

/** FNV-1a, 32 bits. */
const hashOf = (bytes: Buffer): number => {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
};
