import type { Socket } from 'node:net';
import { memoryOf } from './memory/buffer-pool.ts';
import { type MemoryBudget, Share } from './memory/memory-budget.ts';
import { ReadSize } from './memory/socket-reader.ts';

/**
 * daprd's side of a connection. daps stops to read it for two reasons: the app is slow, or another request comes first.
 */
export class Downstream {
  readonly #socket: Socket;
  readonly readSize: ReadSize;
  #stash: Buffer | undefined;
  #resumes = 0;
  /** Memory for the stash, and for what daprd does not read. */
  readonly #share: Share;
  /** The port at daprd's end. */
  readonly port: number;

  constructor(
    socket: Socket,
    budget: MemoryBudget,
    events: {
      readonly data: (chunk: Buffer) => void;
      readonly drain: () => void;
      readonly ended: () => void;
      readonly closed: () => void;
    },
  ) {
    this.#socket = socket;
    this.#share = new Share(budget);
    this.readSize = new ReadSize(socket);
    this.port = socket.remotePort ?? 0;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => events.data(chunk));
    socket.on('end', () => events.ended());
    socket.on('drain', () => {
      this.#count();
      events.drain();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#count();
      events.closed();
    });
  }

  /** False if daprd reads more slowly than daps writes. */
  write(chunk: Buffer): boolean {
    if (this.#socket.destroyed || this.#socket.write(chunk)) return true;
    this.#count();
    return false;
  }

  /** Whether the kernel has everything that daps wrote. */
  get isFlushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** Keeps bytes that arrived before their turn, and stops reading. */
  stash(chunk: Buffer): void {
    this.#stash = this.#stash === undefined ? chunk : Buffer.concat([this.#stash, chunk]);
    this.#count();
    this.#socket.pause();
  }

  /** Removes the stash and returns it. */
  takeStash(): Buffer | undefined {
    const stash = this.#stash;
    if (stash === undefined) return undefined;
    this.#stash = undefined;
    this.#count();
    return stash;
  }

  pause(): void {
    this.#socket.pause();
  }

  /** Whether daps has closed it; `closed` follows. */
  get isDestroyed(): boolean {
    return this.#socket.destroyed;
  }

  /** Whether daps does not read it, and so would not notice its end. */
  get isPaused(): boolean {
    return this.#socket.isPaused();
  }

  /** How often daps has resumed reading, if reading is paused now; undefined while daps reads, and after its end. */
  get pausedAfter(): number | undefined {
    return this.#socket.isPaused() && !this.#socket.destroyed ? this.#resumes : undefined;
  }

  /** Whether daprd has no more to say. A part of what it said may still be in the stash. */
  get hasEnded(): boolean {
    return this.#socket.readableEnded;
  }

  get hasStash(): boolean {
    return this.#stash !== undefined;
  }

  /** Whether both sides have ended, and daps has passed on everything. */
  get isComplete(): boolean {
    return this.#socket.readableEnded && this.#socket.writableFinished;
  }

  /** Resumes reading, unless there is a stash. */
  resume(): void {
    if (this.#stash !== undefined) return;
    if (this.#socket.isPaused()) this.#resumes += 1;
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  /** Ends it with a last chunk, or none. daps discards what daprd still sends, so that it never becomes a request. */
  endWith(chunk: Buffer | '' = ''): void {
    this.#socket.removeAllListeners('data');
    this.#stash = undefined;
    this.#count();
    this.#socket.end(chunk);
    this.#socket.resume();
  }

  /** Ends it as a crashing app does. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #count(): void {
    const { destroyed, writableLength, writableNeedDrain } = this.#socket;
    const unread = writableNeedDrain ? writableLength : 0;
    this.#share.set(destroyed ? 0 : unread + (this.#stash === undefined ? 0 : memoryOf(this.#stash)));
  }
}
