import type { OnReadOpts, Socket } from 'node:net';
import { adoptReading } from '../../adapters/adopt-reading.ts';
import { copyOf } from './buffer-pool.ts';

/** The buffer that all plain sockets read into. Each read is copied out of it before the next. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);
/** Its beginning, for when memory is tight: 1,024 connections that read once more take 8 MiB then, not 64. */
const smallBuffer = buffer.subarray(0, 8 * 1024);

/** Reads into one buffer for all. Node would make one of 64 KB for every read, a tenth of the time a request takes. */
export const readingInto = (take: (chunk: Buffer) => void): OnReadOpts => ({
  buffer,
  callback: (bytes) => {
    take(copyOf(buffer, bytes));
    return true;
  },
});

/**
 * Node keeps 100 bytes for each change until the connection ends (Node 24.21.0, src/stream_base.cc, `UseUserBuffer`).
 */
const maxChanges = 64;

interface Handle {
  readonly useUserBuffer?: (to: Buffer) => void;
}

/** Sets how much a socket reads at a time, if it reads into the buffer for all. */
export class ReadSize {
  readonly #socket: Socket;
  #isSmall = false;
  #changes = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Applies from the next read on. After many changes it stays small. */
  set(isSmall: boolean): void {
    if (isSmall === this.#isSmall || (!isSmall && this.#changes >= maxChanges)) return;
    const { _handle: handle } = this.#socket as unknown as { readonly _handle?: Handle | null };
    // TLS reads into buffers of its own.
    if (handle?.useUserBuffer === undefined || 'encrypted' in this.#socket) return;
    handle.useUserBuffer(isSmall ? smallBuffer : buffer);
    this.#isSmall = isSmall;
    this.#changes += 1;
  }
}

/** Makes an accepted connection read into the buffer for all. */
export const adopt = (accepted: Socket): Socket => adoptReading(accepted, readingInto, { allowHalfOpen: true });
