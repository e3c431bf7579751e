import net from 'node:net';
import type { Config } from '../config.ts';

/** Opens a connection to the app. What the app sends goes to `read`, or comes as the socket's own `data`. */
export type Connect = (read: (chunk: Buffer) => void) => net.Socket;

const readBytes = 64 * 1024;

/**
 * Connects as daprd would: the app's certificate is not verified, TLS is 1.2 at least (pkg/channel/http). All plain
 * connections are read into one buffer and copied out of it: a buffer of their own for every read costs more.
 */
export const connectTo = async ({ host, port, isTls }: Config['app']): Promise<Connect> => {
  if (isTls) {
    const { default: tls } = await import('node:tls');
    return () => tls.connect({ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
  }
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  return (read) =>
    net.connect({
      host,
      port,
      allowHalfOpen: true,
      onread: {
        buffer,
        callback: (bytes) => {
          read(Buffer.from(buffer.subarray(0, bytes)));
          return true;
        },
      },
    });
};
