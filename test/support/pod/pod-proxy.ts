/**
 * A proxy in a container of a pod, as a process. ROUTES says which of its ports leads where, `15001>198.18.0.0:5672`
 * with spaces between them. It ends LINGER_MS after its SIGTERM, as mesh proxies do: at once, if nothing is said.
 */
import process from 'node:process';
import { Relay } from './relay.ts';

for (const route of (process.env['ROUTES'] ?? '').split(' ')) {
  const [, from, host = '', to] = /^(\d+)>(.*):(\d+)$/.exec(route) ?? [];
  await Relay.open({ host: '0.0.0.0', port: Number(from) }, { host, port: Number(to) });
}
process.on('SIGTERM', () => setTimeout(() => process.exit(0), Number(process.env['LINGER_MS'] ?? 0)));
