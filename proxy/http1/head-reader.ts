/** A head that is complete, or why there is none yet. */
export type HeadProgress<Head> =
  | { readonly kind: 'more' }
  /** `bytes`: the head, and the part of the body that arrived with it. */
  | { readonly kind: 'head'; readonly head: Head; readonly bytes: Buffer; readonly headBytes: number }
  | { readonly kind: 'ambiguous'; readonly bytes: Buffer };

/** How the heads of one direction are read. */
export interface HeadGrammar<Head> {
  /** Where the head ends, its empty line included; -1 if that has not arrived. Nothing ends before `from`. */
  readonly endOf: (bytes: Buffer, from: number) => number;
  /** Whether no further bytes could make a head of these, whose end has not arrived. */
  readonly isHopeless: (bytes: Buffer, from: number) => boolean;
  /** `text`: the head without its empty line, each line with its line end. */
  readonly parse: (text: string) => Head | undefined;
}

/**
 * The longest head that Go's server accepts (Go 1.26, net/http/server.go: `DefaultMaxHeaderBytes`, and a buffer of 4
 * KB).
 */
export const maxHeadBytes = 1024 * 1024 + 4096;

/** Collects the bytes of one head, however they are split, and keeps them until the head is complete. */
export class HeadReader<Head> {
  readonly #grammar: HeadGrammar<Head>;
  /** A buffer that doubles when it is full: a head may arrive byte by byte. */
  #room: Buffer | undefined;
  #bytes = 0;

  constructor(grammar: HeadGrammar<Head>) {
    this.#grammar = grammar;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** The memory of the part of a head that has arrived. */
  get keptBytes(): number {
    return this.#room?.length ?? 0;
  }

  /** Drops an incomplete head. */
  restart(): void {
    this.#room = undefined;
    this.#bytes = 0;
  }

  feed(chunk: Buffer): HeadProgress<Head> {
    const searchFrom = Math.max(0, this.#bytes - 3);
    const bytes = this.#joined(chunk);
    const end = this.#grammar.endOf(bytes, searchFrom);
    if (end < 0) {
      if (bytes.length > maxHeadBytes || this.#grammar.isHopeless(bytes, searchFrom)) return this.#ambiguous(bytes);
      this.#keep(bytes);
      return { kind: 'more' };
    }
    this.restart();
    const blankBytes = bytes[end - 2] === 0x0d ? 2 : 1;
    const head = this.#grammar.parse(bytes.toString('latin1', 0, end - blankBytes));
    return head === undefined ? this.#ambiguous(bytes) : { kind: 'head', head, bytes, headBytes: end };
  }

  #joined(chunk: Buffer): Buffer {
    if (this.#room === undefined) return chunk;
    const bytes = this.#bytes + chunk.length;
    if (bytes > this.#room.length) {
      const room = Buffer.allocUnsafeSlow(2 * bytes);
      this.#room.copy(room, 0, 0, this.#bytes);
      this.#room = room;
    }
    chunk.copy(this.#room, this.#bytes);
    return this.#room.subarray(0, bytes);
  }

  #keep(bytes: Buffer): void {
    this.#room ??= bytes;
    this.#bytes = bytes.length;
  }

  #ambiguous(bytes: Buffer): HeadProgress<Head> {
    this.restart();
    return { kind: 'ambiguous', bytes };
  }
}

const endOfLines = Buffer.from('\r\n\r\n');

/** Only lines that end with CRLF. */
export const strictLines = {
  endOf: (bytes: Buffer, from: number): number => {
    const end = bytes.indexOf(endOfLines, from);
    return end < 0 ? -1 : end + 4;
  },
  /** Whether there is a bare line feed, which ends a line for some readers: the end of the head might never arrive. */
  isHopeless: (bytes: Buffer, from: number): boolean => {
    let newline = bytes.indexOf(0x0a, from);
    while (newline >= 0) {
      if (newline === 0 || bytes[newline - 1] !== 0x0d) return true;
      newline = bytes.indexOf(0x0a, newline + 1);
    }
    return false;
  },
};

const bareEnd = Buffer.from('\n\n');
const crlfEnd = Buffer.from('\n\r\n');

/** Lines that end with CRLF or a bare line feed, as Go accepts them. */
export const goLines = (
  isLine: (line: string, isFirst: boolean) => boolean,
): Pick<HeadGrammar<never>, 'endOf' | 'isHopeless'> => ({
  endOf: (bytes, from) => {
    const crlf = bytes.indexOf(crlfEnd, from);
    const bare = (crlf < 0 ? bytes : bytes.subarray(0, crlf + 1)).indexOf(bareEnd, from);
    if (bare >= 0) return bare + 2;
    return crlf < 0 ? -1 : crlf + 3;
  },
  isHopeless: (bytes, from) => {
    let start = from === 0 ? 0 : bytes.lastIndexOf(0x0a, from - 1) + 1;
    for (let end = bytes.indexOf(0x0a, start); end >= 0; end = bytes.indexOf(0x0a, start)) {
      const line = bytes.toString('latin1', start, bytes[end - 1] === 0x0d && end > start ? end - 1 : end);
      if (!isLine(line, start === 0)) return true;
      start = end + 1;
    }
    return false;
  },
});
