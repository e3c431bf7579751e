import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Tells the sidecar that its pod is going. A signal and no request: only a process of the same container can send it
 * (of the same pod where that has `shareProcessNamespace`), and nobody can forge, redirect or crowd it out.
 */
export const podGoingSignal = 'SIGUSR2';
/** Its bit in a mask of signals, from the least (linux/signal.h: SIGUSR2 is 12). */
const signalBit = 1n << 11n;

const patienceMs = 10_000;
const pollMs = 50;

/** The sidecar's own preStop hook. Exits with 1 where the sidecar cannot be told. */
export const runSelfShutdown = async (): Promise<void> => {
  const failure = await tell();
  if (failure === undefined) return;
  process.stderr.write(`daps: the sidecar cannot be told that the pod is going: ${failure}\n`);
  process.exitCode = 1;
};

/** Why it failed; undefined where it did not. */
const tell = async (): Promise<string | undefined> => {
  const pid = sidecarPid();
  if (pid === undefined) return `no sidecar runs in this container`;
  // A sidecar that has just been started would be ended by the signal, or not hear it.
  for (let waitedMs = 0; !isListening(pid); waitedMs += pollMs) {
    if (waitedMs >= patienceMs) return `process ${pid} does not listen to ${podGoingSignal}`;
    await delay(pollMs);
  }
  try {
    process.kill(pid, podGoingSignal);
    return undefined;
  } catch (error) {
    return String(error);
  }
};

/** The process that runs this file as the sidecar, with the same settings where they can be read. */
const sidecarPid = (): number | undefined => {
  const script = process.argv[1] ?? '';
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = pids.find((pid) => {
    const words = read(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
    const at = words.indexOf(script);
    if (at < 1 || words[at + 1] !== '') return false;
    const environment = read(`/proc/${pid}/environ`);
    return environment === undefined || settingsIn(environment) === ownSettings();
  });
  return found === undefined ? undefined : Number(found);
};

const settingsIn = (environment: string): string =>
  environment
    .split('\0')
    .filter((variable) => variable.startsWith('DAPS_'))
    .sort()
    .join('\0');

const ownSettings = (): string =>
  settingsIn(
    Object.entries(process.env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\0'),
  );

/** Where the kernel does not tell, it is believed to. */
const isListening = (pid: number): boolean => {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return caught === undefined || (BigInt(`0x${caught}`) & signalBit) !== 0n;
};

/** Undefined where it is not there, or not to be read by us. */
const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
