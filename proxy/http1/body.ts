import type { Framing } from './head.ts';

/** The state of a body after some bytes of it. */
export type BodyProgress =
  | { readonly kind: 'more' }
  /** The body ends before this offset of the chunk. */
  | { readonly kind: 'end'; readonly at: number }
  /** A chunk that two readers could frame differently. */
  | { readonly kind: 'ambiguous' };

const more: BodyProgress = { kind: 'more' };
const ambiguous: BodyProgress = { kind: 'ambiguous' };

/** Follows a body through the chunks in which it arrives, and keeps no byte of it. */
export interface BodyReader {
  readonly advance: (chunk: Buffer, from: number) => BodyProgress;
  /** Whether it ends with the connection: it has neither a length nor chunks. */
  readonly endsWithConnection: boolean;
}

export const bodyReader = (framing: Framing): BodyReader => {
  switch (framing.kind) {
    case 'none':
      return { endsWithConnection: false, advance: (_, from) => ({ kind: 'end', at: from }) };
    case 'until-close':
      return { endsWithConnection: true, advance: () => more };
    case 'length':
      return lengthReader(framing.bytes);
    case 'chunked':
      return new ChunkedReader();
  }
};

const lengthReader = (bytes: number): BodyReader => {
  let left = bytes;
  return {
    endsWithConnection: false,
    advance: (chunk, from) => {
      const here = chunk.length - from;
      if (here < left) {
        left -= here;
        return more;
      }
      const at = from + left;
      left = 0;
      return { kind: 'end', at };
    },
  };
};

/** What the next byte of a chunked body belongs to (RFC 9112 §7.1). */
type Part = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'trailer-lf';

const cr = 0x0d;
const lf = 0x0a;
const maxLineBytes = 65_536;

class ChunkedReader implements BodyReader {
  readonly endsWithConnection = false;
  #part: Part = 'size';
  #left = 0;
  #digits = 0;
  #lineBytes = 0;

  advance(chunk: Buffer, from: number): BodyProgress {
    let at = from;
    while (at < chunk.length) {
      if (this.#part === 'data') {
        const here = Math.min(this.#left, chunk.length - at);
        this.#left -= here;
        at += here;
        if (this.#left === 0) this.#part = 'data-cr';
        continue;
      }
      const byte = chunk[at] as number;
      at += 1;
      this.#lineBytes += 1;
      if (this.#lineBytes > maxLineBytes || !this.#take(byte)) return ambiguous;
      if (this.#part === 'trailer-lf' && byte === lf) return { kind: 'end', at };
    }
    return more;
  }

  /** Takes one byte outside of the data; false if it does not belong there. */
  #take(byte: number): boolean {
    switch (this.#part) {
      case 'size':
        return this.#takeSize(byte);
      case 'extension':
        if (byte === cr) this.#part = 'size-lf';
        return byte === cr || isText(byte);
      case 'size-lf':
        return byte === lf && this.#startData();
      case 'data-cr':
        this.#part = 'data-lf';
        return byte === cr;
      case 'data-lf':
        this.#startLine('size');
        return byte === lf;
      case 'trailer':
        return this.#takeTrailer(byte);
      case 'trailer-lf':
        return byte === lf;
      case 'data':
        return false;
    }
  }

  #takeSize(byte: number): boolean {
    const digit = hexDigit(byte);
    if (digit !== undefined) {
      this.#left = this.#left * 16 + digit;
      this.#digits += 1;
      return this.#digits <= 12;
    }
    if (this.#digits === 0) return false;
    if (byte === cr) this.#part = 'size-lf';
    else if (byte === 0x3b) this.#part = 'extension';
    return byte === cr || byte === 0x3b;
  }

  #startData(): boolean {
    if (this.#left === 0) this.#startLine('trailer');
    else this.#part = 'data';
    return true;
  }

  #startLine(part: 'size' | 'trailer'): void {
    this.#part = part;
    this.#left = 0;
    this.#digits = 0;
    this.#lineBytes = 0;
    this.#trailer = 'start';
  }

  /**
   * The part of a trailer, whose fields are like those of heads: a line each, a name and a colon, until an empty line.
   */
  #trailer: 'start' | 'name' | 'value' | 'cr' = 'start';

  #takeTrailer(byte: number): boolean {
    switch (this.#trailer) {
      case 'start':
        if (byte === cr) {
          this.#part = 'trailer-lf';
          return true;
        }
        this.#trailer = 'name';
        return isToken(byte);
      case 'name':
        if (byte === 0x3a) this.#trailer = 'value';
        return byte === 0x3a || isToken(byte);
      case 'value':
        if (byte === cr) this.#trailer = 'cr';
        return byte === cr || isText(byte);
      case 'cr':
        this.#trailer = 'start';
        return byte === lf;
    }
  }
}

const hexDigit = (byte: number): number | undefined => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
};

const isText = (byte: number): boolean => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f);
const isToken = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) ||
  "!#$%&'*+-.^_`|~".includes(String.fromCharCode(byte));
