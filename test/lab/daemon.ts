import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { begun } from '../support/run-name.ts';
import { sendSignal } from '../support/send-signal.ts';
import { places } from './places.ts';

/** A program of the lab that runs until `lab:down`. */
export interface Daemon {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its priority would be that of every pod. */
  readonly isParentOfPods?: true;
  /** True when it does its work; asked again and again until then. */
  readonly isReady: () => Promise<boolean>;
}

/** A process, told apart from a later one with the same number by when it began. */
interface Process {
  readonly pid: number;
  readonly began: string;
}

const pidFile = (name: string): string => join(places.daemons, `${name}.json`);
export const logFile = (name: string): string => join(places.logs, `${name}.log`);

const recorded = (name: string): Process | undefined =>
  existsSync(pidFile(name)) ? (JSON.parse(readFileSync(pidFile(name), 'utf8')) as Process) : undefined;

/** The daemon's process number, if it runs. */
export const pidOf = (name: string): number | undefined => {
  const process = recorded(name);
  return process !== undefined && begun(process.pid) === process.began ? process.pid : undefined;
};

/** What a daemon wrote last. */
export const lastLines = (name: string, count = 15): string => {
  if (!existsSync(logFile(name))) return '(it wrote nothing)';
  const lines = readFileSync(logFile(name), 'utf8').trimEnd().split('\n');
  return lines.slice(-count).join('\n');
};

const launch = (daemon: Daemon): void => {
  const { name, command, args, env } = daemon;
  mkdirSync(places.daemons, { recursive: true });
  mkdirSync(places.logs, { recursive: true });
  const log = openSync(logFile(name), 'a');
  // Not through execa, which keeps its parent alive for as long as the child runs.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...env } });
  // Without a listener a command that is not there would end us; the missing number says it better.
  child.once('error', () => {});
  closeSync(log);
  child.unref();
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name}: ${command} cannot be started`);
  // A cluster's own programs do not starve when its workloads use up every core; ours shall not either.
  if (daemon.isParentOfPods !== true) setPriority(pid, -10);
  writeFileSync(pidFile(name), JSON.stringify({ pid, began: begun(pid) ?? '' } satisfies Process));
};

/** Starts a daemon unless it runs, and waits until it is ready; says which one failed, with its last words. */
export const ensure = async (daemon: Daemon, timeoutMs = 90_000): Promise<void> => {
  const { name, isReady } = daemon;
  if (pidOf(name) === undefined) launch(daemon);
  for (const deadline = Date.now() + timeoutMs; ; await delay(100)) {
    if (pidOf(name) === undefined) throw new Error(`${name} has ended; its last lines:\n${lastLines(name)}`);
    if (await isReady().catch(() => false)) return;
    if (Date.now() > deadline)
      throw new Error(`${name} runs but is not ready after ${timeoutMs / 1000} s; its last lines:\n${lastLines(name)}`);
  }
};

/** Ends a daemon by its number: SIGTERM, and SIGKILL after `graceMs`. */
export const stop = async (name: string, graceMs = 10_000): Promise<void> => {
  const pid = pidOf(name);
  if (pid !== undefined) {
    sendSignal(pid, 'SIGTERM');
    const deadline = Date.now() + graceMs;
    while (pidOf(name) !== undefined && Date.now() < deadline) await delay(50);
    if (pidOf(name) !== undefined) sendSignal(pid, 'SIGKILL');
    while (pidOf(name) !== undefined) await delay(50);
  }
  rmSync(pidFile(name), { force: true });
};

/** Kills a daemon as a crash does; `ensure` starts it again. */
export const crash = async (name: string): Promise<void> => {
  const pid = pidOf(name);
  if (pid === undefined) throw new Error(`${name} does not run`);
  sendSignal(pid, 'SIGKILL');
  while (pidOf(name) !== undefined) await delay(20);
};
