import process from 'node:process';
import { buildSidecar } from './app.ts';
import { readConfig } from './config.ts';
import { systemClock } from './ports/clock.ts';
import { daprdClient } from './ports/daprd.ts';
import { pinoLog } from './ports/log.ts';
import { networkProber } from './ports/prober.ts';

/** The sidecar as a process: from its environment to its exit. */
export const runSidecar = async (): Promise<void> => {
  const config = readConfig(process.env);
  if (!config.ok) {
    process.stderr.write(config.error.map((problem) => `daps: ${problem}\n`).join(''));
    process.exit(2);
  }
  const { app, appId, pod, namespace, logLevel, daprd, ready } = config.value;
  const log = pinoLog(logLevel, { app: appId, pod, namespace });
  const ports = { clock: systemClock, prober: networkProber, daprd: daprdClient({ ...daprd, appId }), log };
  const sidecar = await buildSidecar(config.value, ports);
  process.on('SIGTERM', () => void sidecar.lifecycle.sigterm());
  process.on('SIGINT', () => void sidecar.lifecycle.sigterm());
  // An exit would reset every delivery that is held, which daprd takes for failed: what one connection broke stays its own.
  process.on('uncaughtException', (error) => log.error({ stack: error.stack }, 'a bug in daps: please report it'));
  await sidecar.start();
  if (app.protocol !== 'http' && app.protocol !== 'https')
    log.warn(
      { protocol: app.protocol },
      'this version opens the gate for the protocol, but holds and counts HTTP/1.1 only',
    );
  log.info({ phase: sidecar.lifecycle.phase, address: `${app.host}:${app.port}`, ready }, 'waiting for the app');
  await sidecar.lifecycle.ended;
  process.exit(0);
};
