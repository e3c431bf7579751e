import type net from 'node:net';
import { Duplex } from 'node:stream';
import type { AskedFor } from './request-head.ts';

/**
 * The connection that Node's HTTP server sees: one request without the caller's headers or body, and a way out for the
 * answer. It contains nothing else that the caller sends, so Node parses nothing that a stranger has written.
 */
export class OneRequest extends Duplex {
  readonly #socket: net.Socket;
  readonly #onAnswer: () => void;
  #head: string | undefined;

  constructor(socket: net.Socket, { method, path }: AskedFor, onAnswer: () => void) {
    super();
    this.#socket = socket;
    this.#onAnswer = onAnswer;
    this.#head = `${method} ${path} HTTP/1.1\r\nHost: daps\r\nConnection: close\r\n\r\n`;
  }

  override _read(): void {
    if (this.#head === undefined) return;
    const head = this.#head;
    this.#head = undefined;
    this.push(head, 'latin1');
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#onAnswer();
    this.#socket.write(chunk, done);
  }

  /**
   * The caller closes when it has read the answer. daps drops what it still sends, so that no reset overtakes the
   * answer.
   */
  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }
}
