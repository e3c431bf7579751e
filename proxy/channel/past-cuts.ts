/** How many deliveries are remembered: the oldest is forgotten for a new one. */
const maxRemembered = 256;
/** How much of a body tells it from others of the same length to the same route. */
const sampleBytes = 4096;
/** A head is looked for in so much. */
const headBytes = 256 * 1024;

/**
 * Remembers how often the app cut a delivery that could not be sent again. The broker delivers it again when daprd was
 * restarted, and a message that crashes the app each time must not do so for ever.
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

  /** It was answered, or failed. */
  forget(fingerprint: string): void {
    this.#attempts.delete(fingerprint);
  }
}

const endOfHead = Buffer.from('\r\n\r\n');

/**
 * What tells that a delivery is the same once more: its route, how long its body is, and how that begins. Its head is
 * not the same again, because it holds a trace. Undefined where too little has come.
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
