/** A head that is complete, or why there is none yet. */
export type HeadProgress<Head> =
  | { readonly kind: 'more' }
  /** `bytes`: the head and whatever of the body came with it. */
  | { readonly kind: 'head'; readonly head: Head; readonly bytes: Buffer; readonly headBytes: number }
  | { readonly kind: 'ambiguous'; readonly bytes: Buffer };

const endOfHead = Buffer.from('\r\n\r\n');
/** Node's and Go's own limits are below it; a longer head is nobody's. */
const maxHeadBytes = 256 * 1024;

/** Collects the bytes of one head, however they are cut, and keeps them until it is complete. */
export class HeadReader<Head> {
  readonly #parse: (text: string) => Head | undefined;
  #pending: Buffer | undefined;

  constructor(parse: (text: string) => Head | undefined) {
    this.#parse = parse;
  }

  get isEmpty(): boolean {
    return this.#pending === undefined;
  }

  /** Forgets what is not complete. */
  restart(): void {
    this.#pending = undefined;
  }

  feed(chunk: Buffer): HeadProgress<Head> {
    const searchFrom = this.#pending === undefined ? 0 : Math.max(0, this.#pending.length - 3);
    const bytes = this.#pending === undefined ? chunk : Buffer.concat([this.#pending, chunk]);
    const end = bytes.indexOf(endOfHead, searchFrom);
    if (end < 0) {
      this.#pending = bytes;
      return bytes.length > maxHeadBytes || isHopeless(bytes, searchFrom) ? this.#ambiguous(bytes) : { kind: 'more' };
    }
    this.#pending = undefined;
    const head = this.#parse(bytes.toString('latin1', 0, end + 2));
    return head === undefined ? this.#ambiguous(bytes) : { kind: 'head', head, bytes, headBytes: end + 4 };
  }

  #ambiguous(bytes: Buffer): HeadProgress<Head> {
    this.#pending = undefined;
    return { kind: 'ambiguous', bytes };
  }
}

/** A bare line feed, which some readers take for the end of a line: the end that we look for might never come. */
const isHopeless = (bytes: Buffer, from: number): boolean => {
  let newline = bytes.indexOf(0x0a, from);
  while (newline >= 0) {
    if (newline === 0 || bytes[newline - 1] !== 0x0d) return true;
    newline = bytes.indexOf(0x0a, newline + 1);
  }
  return false;
};
