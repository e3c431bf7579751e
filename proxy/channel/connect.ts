import net from 'node:net';
import type { Config } from '../config.ts';
import { readingInto } from './memory/socket-reader.ts';
import { ReadOnSocket, readOnAfterWriteError } from './read-on.ts';

/**
 * Opens a connection to the app. What the app sends goes to `read`, or comes as the socket's own `data`. The socket
 * reads to its end after a write has failed.
 */
export type Connect = (read: (chunk: Buffer) => void) => net.Socket;

/** Opens a connection to an app whose bytes daps passes unread. */
export type Open = () => net.Socket;

type App = Config['app'];

/** Connects as daprd would: TLS is 1.2 at least, and the app's certificate is not verified (pkg/channel/http). */
export const connectTo = async (app: App): Promise<Connect> => {
  const { host, port, isTls } = app;
  if (isTls) {
    const open = await openTls(app);
    return () => readOnAfterWriteError(open());
  }
  return (read) => new ReadOnSocket({ allowHalfOpen: true, onread: readingInto(read) }).connect({ host, port });
};

/** The same for an app that speaks HTTP/2, which TLS asks for by ALPN, as gRPC's credentials do. */
export const openTo = async (app: App): Promise<Open> => {
  if (app.isTls) return openTls(app, ['h2']);
  const { host, port } = app;
  return () => net.connect({ host, port, allowHalfOpen: true });
};

const openTls = async ({ host, port }: App, protocols: readonly string[] = []): Promise<Open> => {
  const { default: tls } = await import('node:tls');
  const alpn = protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] };
  return () => tls.connect({ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.2', ...alpn });
};
