import net from 'node:net';
import type { Config } from '../config.ts';

/** Opens connections to the app as daprd would: its certificate is not verified, TLS is 1.2 at least (pkg/channel/http). */
export const connectTo = async ({ host, port, isTls }: Config['app']): Promise<() => net.Socket> => {
  if (!isTls) return () => net.connect({ host, port, allowHalfOpen: true });
  const { default: tls } = await import('node:tls');
  return () => tls.connect({ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
};
