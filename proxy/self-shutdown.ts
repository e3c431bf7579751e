import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The signal that tells the sidecar that its pod is going. Unlike a request, only a process of the same container can
 * send it (of the same pod with `shareProcessNamespace`), and no one can forge, redirect or crowd it out.
 */
export const podGoingSignal = 'SIGUSR2';
/** Its bit in a mask of signals, from the least (linux/signal.h: SIGUSR2 is 12). */
const signalBit = 1n << 11n;

const patienceMs = 10_000;
const pollMs = 50;

/** Runs the sidecar's own preStop hook. Exits with 1 if it cannot signal the sidecar. */
export const runSelfShutdown = async (): Promise<void> => {
  const failure = await tell();
  if (failure === undefined) return;
  process.stderr.write(`daps: cannot tell the sidecar that the pod is going: ${failure}\n`);
  process.exitCode = 1;
};

/** Sends the signal. Returns why that failed; undefined if it did not. */
const tell = async (): Promise<string | undefined> => {
  const pid = sidecarPid();
  if (pid === undefined) return `no sidecar runs in this container`;
  // The signal would end a sidecar that has only just started.
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

/** Finds the process that runs this file as the sidecar, with the same settings if those are readable. */
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

/** Whether a process handles the signal; true if the kernel does not say. */
const isListening = (pid: number): boolean => {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return caught === undefined || (BigInt(`0x${caught}`) & signalBit) !== 0n;
};

/** Reads a file; undefined if it does not exist or is not readable. */
const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
