import type { Socket } from 'node:net';
import { memoryOf } from './memory/buffer-pool.ts';
import { type MemoryBudget, Share } from './memory/memory-budget.ts';
import { ReadSize } from './memory/socket-reader.ts';

/** daprd's side of a connection. Reading stops for two reasons, each by itself: the app is slow, or it is not its turn. */
export class Downstream {
  readonly #socket: Socket;
  readonly readSize: ReadSize;
  #stash: Buffer | undefined;
  #resumes = 0;
  /** Memory for what waits for its turn, and for what daprd does not read. */
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

  /** Everything that was written is with the kernel. */
  get isFlushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** Keeps what came before its turn, and reads no more. */
  stash(chunk: Buffer): void {
    this.#stash = this.#stash === undefined ? chunk : Buffer.concat([this.#stash, chunk]);
    this.#count();
    this.#socket.pause();
  }

  /** What was kept, which is no longer. */
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

  /** It was ended from here; `closed` follows. */
  get isDestroyed(): boolean {
    return this.#socket.destroyed;
  }

  /** Nothing is read, so that its end would not be noticed. */
  get isPaused(): boolean {
    return this.#socket.isPaused();
  }

  /** How often it was read on after a pause; undefined while it is read, and after its end. */
  get pausedAfter(): number | undefined {
    return this.#socket.isPaused() && !this.#socket.destroyed ? this.#resumes : undefined;
  }

  /** daprd has no more to say; a part of what it said may still wait for its turn. */
  get hasEnded(): boolean {
    return this.#socket.readableEnded;
  }

  get hasStash(): boolean {
    return this.#stash !== undefined;
  }

  /** Both sides have said everything, and all of it was passed on. */
  get isComplete(): boolean {
    return this.#socket.readableEnded && this.#socket.writableFinished;
  }

  /** Reads on, unless it is not its turn. */
  resume(): void {
    if (this.#stash !== undefined) return;
    if (this.#socket.isPaused()) this.#resumes += 1;
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  /** Says a last word, or none; whatever daprd still sends is read and forgotten, so that nobody takes it for a request. */
  endWith(chunk: Buffer | '' = ''): void {
    this.#socket.removeAllListeners('data');
    this.#stash = undefined;
    this.#count();
    this.#socket.end(chunk);
    this.#socket.resume();
  }

  /** Ends it as an app does that crashes. */
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
