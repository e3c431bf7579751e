import net from 'node:net';
import type { Config } from '../config.ts';
import { readingInto } from './reading.ts';

/** Opens a connection to the app. What the app sends goes to `read`, or comes as the socket's own `data`. */
export type Connect = (read: (chunk: Buffer) => void) => net.Socket;

/** Connects as daprd would: the app's certificate is not verified, TLS is 1.2 at least (pkg/channel/http). */
export const connectTo = async ({ host, port, isTls }: Config['app']): Promise<Connect> => {
  if (isTls) {
    const { default: tls } = await import('node:tls');
    return () => tls.connect({ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
  }
  return (read) => net.connect({ host, port, allowHalfOpen: true, onread: readingInto(read) });
};
