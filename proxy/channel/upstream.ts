import type { Socket } from 'node:net';
import type { Connect } from './connect.ts';
import { ReadSize } from './memory/socket-reader.ts';
import { readOnAfterWriteError } from './read-on.ts';

/** What happens on the connection to the app. */
export interface UpstreamEvents {
  readonly data: (chunk: Buffer) => void;
  readonly drain: () => void;
  /** The app has no more to say. */
  readonly ended: () => void;
  /** The connection is gone. */
  readonly lost: (how: { readonly wasConnected: boolean; readonly hadError: boolean }) => void;
}

/** One connection to the app. After `discard` nothing is heard of it. */
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
    readOnAfterWriteError(socket);
    socket.on('data', read);
    let wasConnected = false;
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
    socket.on('error', () => socket.destroy());
    socket.on('close', (hadError) => {
      if (!this.#isDiscarded) events.lost({ wasConnected, hadError });
    });
  }

  /** False where the app reads more slowly than we write. */
  write(chunk: Buffer): boolean {
    return this.#socket.write(chunk);
  }

  /** The memory that is taken by what the app does not read. */
  get keptBytes(): number {
    return this.#socket.writableNeedDrain ? this.#socket.writableLength : 0;
  }

  /** Everything that was written is with the kernel. */
  get isFlushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** We have no more to say. */
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
