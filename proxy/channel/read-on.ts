import type { Socket } from 'node:net';

/** The longest that an answer is looked for which came before the connection broke: it is with the kernel already. */
const lastAnswerMs = 1000;

type Write = Socket['_write'];
type WriteMany = NonNullable<Socket['_writev']>;

/**
 * Lets a socket read to its end after a write has failed, which Node ends at once. An app that answers before it has read
 * everything, such as with 413, and closes, makes writes fail while its answer is still to be read.
 */
export const readOnAfterWriteError = (socket: Socket): void => {
  const write: Write = socket._write;
  const writeMany = socket._writev as WriteMany;
  const later =
    (done: (error?: Error | null) => void) =>
    (error?: Error | null): void => {
      if (error === undefined || error === null) done();
      else setTimeout(done, lastAnswerMs, error).unref();
    };
  socket._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, later(done));
  socket._writev = (chunks, done) => writeMany.call(socket, chunks, later(done));
};
