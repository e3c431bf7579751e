import { type OnReadOpts, Socket } from 'node:net';

/** Makes the options of a socket that reads into a shared buffer. `take` gets the bytes of each read. */
type Reading = (take: (chunk: Buffer) => void) => OnReadOpts;

/**
 * Makes an accepted connection read into a shared buffer, which only a new socket can. The new socket takes over the
 * handle of the one that Node's server made, as Node's own `tls` and `cluster` do. That one must not have read yet
 * (`pauseOnConnect`).
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
