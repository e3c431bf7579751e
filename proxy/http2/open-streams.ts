/** Receives that a stream has begun, and that some have ended. */
export interface StreamWatch {
  readonly opened: () => void;
  readonly closed: (count: number) => void;
}

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const headBytes = 9;
const type = { data: 0x0, headers: 0x1, resetStream: 0x3 } as const;
const endStream = 0x1;

interface FrameHead {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}

/** Finds the heads of frames in one direction of a connection (RFC 9113 §4.1); it skips payloads. */
class FrameHeads {
  readonly #onFrame: (head: FrameHead) => void;
  readonly #head = Buffer.alloc(headBytes);
  #known = 0;
  #skip = 0;

  constructor(onFrame: (head: FrameHead) => void) {
    this.#onFrame = onFrame;
  }

  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#skip, chunk.length - at);
      this.#skip -= skipped;
      at += skipped;
      const copied = chunk.copy(this.#head, this.#known, at);
      this.#known += copied;
      at += copied;
      if (this.#known < headBytes) return;
      this.#known = 0;
      this.#skip = this.#head.readUIntBE(0, 3);
      this.#onFrame({
        type: this.#head.readUInt8(3),
        flags: this.#head.readUInt8(4),
        stream: this.#head.readUInt32BE(5) & 0x7fff_ffff,
      });
    }
  }
}

/**
 * Counts the open streams of an HTTP/2 connection. A stream begins with a HEADERS frame of daprd and ends when the app
 * has ended its side, or either has reset it. A connection that begins otherwise is no HTTP/2 and has no streams.
 */
export class OpenStreams {
  readonly #watch: StreamWatch;
  readonly #open = new Set<number>();
  readonly #fromDaprd = new FrameHeads((head) => this.#daprdSent(head));
  readonly #fromApp = new FrameHeads((head) => this.#appSent(head));
  #last = 0;
  #prefaceLeft = preface.length;
  #isHttp2 = true;

  constructor(watch: StreamWatch) {
    this.#watch = watch;
  }

  daprdSays(chunk: Buffer): void {
    if (!this.#isHttp2) return;
    const begun = preface.length - this.#prefaceLeft;
    const part = chunk.subarray(0, this.#prefaceLeft);
    this.#isHttp2 = part.equals(preface.subarray(begun, begun + part.length));
    this.#prefaceLeft -= part.length;
    if (this.#isHttp2) this.#fromDaprd.feed(chunk.subarray(part.length));
  }

  appSays(chunk: Buffer): void {
    if (this.#isHttp2) this.#fromApp.feed(chunk);
  }

  /** The connection is gone, and all its streams with it. */
  end(): void {
    const count = this.#open.size;
    this.#open.clear();
    if (count > 0) this.#watch.closed(count);
  }

  #daprdSent({ type: kind, stream }: FrameHead): void {
    if (kind === type.resetStream) this.#close(stream);
    // Trailers are HEADERS, too: a stream's number is higher than those of all before it (RFC 9113 §5.1.1).
    if (kind !== type.headers || stream <= this.#last) return;
    this.#last = stream;
    this.#open.add(stream);
    this.#watch.opened();
  }

  #appSent({ type: kind, flags, stream }: FrameHead): void {
    const isEnd = (kind === type.data || kind === type.headers) && (flags & endStream) !== 0;
    if (isEnd || kind === type.resetStream) this.#close(stream);
  }

  #close(stream: number): void {
    if (this.#open.delete(stream)) this.#watch.closed(1);
  }
}
