import { Socket } from 'node:net';

/** The longest that daps looks for an answer that came before the connection broke: the kernel has it already. */
const lastAnswerMs = 1000;

type Done = (error?: Error | null) => void;

/** Delays failures. A stream passes the same callback to all of its writes, so one is made for all of them. */
class DelayedDone {
  #done: Done | undefined;
  #delayed: Done = () => {};

  of(done: Done): Done {
    if (done === this.#done) return this.#delayed;
    this.#done = done;
    this.#delayed = (error) => {
      if (error === undefined || error === null) done();
      else setTimeout(done, lastAnswerMs, error).unref();
    };
    return this.#delayed;
  }
}

/**
 * A socket that reads to its end after a write has failed, where Node would stop at once. An app that answers before it
 * has read everything, such as with 413, and closes, makes writes fail while its answer is still unread.
 */
export class ReadOnSocket extends Socket {
  readonly #delayed = new DelayedDone();

  override _write(...[chunk, encoding, done]: Parameters<Socket['_write']>): void {
    super._write(chunk, encoding, this.#delayed.of(done));
  }

  override _writev(...[chunks, done]: Parameters<NonNullable<Socket['_writev']>>): void {
    super._writev?.(chunks, this.#delayed.of(done));
  }
}

/** The same for a socket that Node has made, as for TLS. */
export const readOnAfterWriteError = (socket: Socket): Socket => {
  const delayed = new DelayedDone();
  const write = socket._write;
  const writeMany = socket._writev;
  socket._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, delayed.of(done));
  socket._writev = (chunks, done) => writeMany?.call(socket, chunks, delayed.of(done));
  return socket;
};
