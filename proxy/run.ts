import process from 'node:process';
import { systemClock } from './adapters/clock.ts';
import { daprdClient } from './adapters/daprd.ts';
import { pinoLog } from './adapters/log.ts';
import { networkProber } from './adapters/prober.ts';
import { type Config, isHttp1, readConfig } from './config.ts';
import { buildSidecar } from './sidecar.ts';
import { listenToSignals } from './signals.ts';

/** The sidecar as a process: from its environment to its exit. */
export const runSidecar = async (): Promise<void> => {
  const signals = listenToSignals();
  const config = readConfig(process.env);
  if (!config.ok) {
    refuse(config.error);
    return;
  }
  const { app, appId, pod, namespace, logLevel, daprd, ready } = config.value;
  const { log, flushed } = pinoLog(logLevel, { app: appId, pod, namespace });
  const ports = { clock: systemClock, prober: networkProber, daprd: daprdClient({ ...daprd, appId }), log };
  const sidecar = await buildSidecar(config.value, ports);
  // An exit would reset every held delivery, and daprd would count them as failed. So one broken connection ends no
  // other.
  process.on('uncaughtException', (error) => log.error({ stack: error.stack }, 'a bug in daps: please report it'));
  try {
    await sidecar.start();
  } catch (error) {
    refuse([cannotListen(config.value, error as NodeJS.ErrnoException)]);
    return;
  }
  signals.follow({
    podGoing: () => sidecar.podGoing(),
    sigterm: () => void sidecar.lifecycle.sigterm(),
  });
  if (!isHttp1(app.protocol))
    log.warn(
      { protocol: app.protocol },
      'daps passes requests of this protocol unread: it holds none while the pod goes, and sends none again after a crash',
    );
  log.info({ phase: sidecar.lifecycle.phase, address: `${app.host}:${app.port}`, ready }, 'waiting for the app');
  await sidecar.lifecycle.ended;
  await flushed();
  process.exit(0);
};

/** Prints why the sidecar cannot run, one sentence each, and exits with 2. */
const refuse = (problems: readonly string[]): void => {
  process.stderr.write(problems.map((problem) => `daps: ${problem}\n`).join(''), () => process.exit(2));
};

const cannotListen = ({ controlPort }: Config, { code, message }: NodeJS.ErrnoException): string =>
  code === 'EADDRINUSE'
    ? `the control port ${controlPort} is taken: another container of this pod listens on it, or another pod on a node whose network it shares. Let that one listen elsewhere.`
    : `the control port ${controlPort} cannot be opened: ${message}.`;
