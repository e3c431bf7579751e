import net from 'node:net';
import type { Config } from '../config.ts';
import { readingInto } from './memory/socket-reader.ts';

/** Opens a connection to the app. What the app sends goes to `read`, or comes as the socket's own `data`. */
export type Connect = (read: (chunk: Buffer) => void) => net.Socket;

/** Opens a connection to an app whose bytes are passed on unread. */
export type Open = () => net.Socket;

type App = Config['app'];

/** Connects as daprd would: the app's certificate is not verified, TLS is 1.2 at least (pkg/channel/http). */
export const connectTo = async (app: App): Promise<Connect> => {
  if (app.isTls) return openTls(app);
  const { host, port } = app;
  return (read) => net.connect({ host, port, allowHalfOpen: true, onread: readingInto(read) });
};

/** The same for an app that speaks HTTP/2; with TLS it is asked for by ALPN, as gRPC's credentials do. */
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
