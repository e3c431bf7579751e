import { type OnReadOpts, Socket } from 'node:net';

/** How a socket reads into a buffer of ours, and where the bytes of one read go. */
type Reading = (take: (chunk: Buffer) => void) => OnReadOpts;

/**
 * A connection that was accepted, as a socket that reads into a buffer of ours: only a new socket can be told to. It takes
 * over the handle of the one that Node's server made, as Node's own `tls` and `cluster` do; that one must not have read
 * yet (`pauseOnConnect`).
 */
export const adoptReading = (
  accepted: Socket,
  reading: Reading,
  options: { readonly allowHalfOpen: boolean },
): Socket => {
  const owner = accepted as unknown as { _handle: object | null };
  const { _handle: handle } = owner;
  owner._handle = null;
  accepted.destroy();
  const onread = reading((chunk) => socket.emit('data', chunk));
  const socket = new Socket({ handle, ...options, onread } as object);
  return socket;
};
