import type { Socket } from 'node:net';
import type { Connect } from './connect.ts';
import { ReadSize } from './memory/socket-reader.ts';

/** How a connection to the app ended. */
export interface UpstreamLoss {
  /** The app had accepted it. */
  readonly wasConnected: boolean;
  /** Why it failed, such as `ECONNREFUSED`; undefined if it ended without an error. */
  readonly errorCode: string | undefined;
}

/** Events of the connection to the app. */
export interface UpstreamEvents {
  readonly data: (chunk: Buffer) => void;
  readonly drain: () => void;
  /** The app has no more to say. */
  readonly ended: () => void;
  /** The connection is gone. */
  readonly lost: (how: UpstreamLoss) => void;
}

/** One connection to the app. After `discard` it has no more events. */
export class Upstream {
  readonly #socket: Socket;
  readonly readSize: ReadSize;
  #isDiscarded = false;
  /** How many requests it has answered. */
  uses = 0;

  constructor(connect: Connect, events: UpstreamEvents) {
    const read = (chunk: Buffer): void => {
      if (!this.#isDiscarded) events.data(chunk);
    };
    const socket = connect(read);
    this.#socket = socket;
    this.readSize = new ReadSize(socket);
    socket.on('data', read);
    let wasConnected = false;
    let errorCode: string | undefined;
    socket.setNoDelay(true);
    socket.on('connect', () => {
      wasConnected = true;
    });
    socket.on('drain', () => {
      if (!this.#isDiscarded) events.drain();
    });
    socket.on('end', () => {
      if (!this.#isDiscarded) events.ended();
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      errorCode = code ?? 'unknown';
      socket.destroy();
    });
    socket.on('close', () => {
      if (!this.#isDiscarded) events.lost({ wasConnected, errorCode });
    });
  }

  /** False if the app reads more slowly than daps writes. */
  write(chunk: Buffer): boolean {
    return this.#socket.write(chunk);
  }

  /** The memory of what the app does not read. */
  get keptBytes(): number {
    return this.#socket.writableNeedDrain ? this.#socket.writableLength : 0;
  }

  /** Whether the kernel has everything that daps wrote. */
  get isFlushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends daps' side of it: daps has no more to say. */
  end(): void {
    this.#socket.end();
  }

  /** Closes it; `lost` follows. */
  destroy(): void {
    this.#socket.destroy();
  }

  discard(): void {
    this.#isDiscarded = true;
    this.#socket.destroy();
  }
}
