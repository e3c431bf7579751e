import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { sendSignal } from '../support/send-signal.ts';
import { root } from '../support/sources.ts';
import type { Level } from './levels.ts';
import { readResults } from './results.ts';
import type { Outcome } from './summary.ts';

const lastLines = 60;
const patientPriority = 10;

/** How a level that hangs is ended: after this many times its budget. */
const patience = 2;

/** The process groups of levels that run, for a gate that is itself ended. */
const running = new Set<number>();

/** Where Linux shares the processor between sessions first, a process's priority counts among its own only (sched(7)). */
const lowerPriority = (pid: number): void => {
  setPriority(pid, patientPriority);
  const group = `/proc/${pid}/autogroup`;
  try {
    if (existsSync(group)) writeFileSync(group, String(patientPriority));
  } catch {
    // not allowed here: the level only takes more from the others
  }
};

/** Ends every level that runs. */
export const endAll = (): void => {
  for (const pid of running) sendSignal(-pid, 'SIGTERM');
};

export interface Surroundings {
  /** Where logs and results go. */
  readonly folder: string;
  readonly isFull: boolean;
  readonly env: Readonly<Record<string, string>>;
}

const tailOf = (file: string): string => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lastLines).join('\n');

const exitOf = (level: Level, args: readonly string[], log: string, around: Surroundings, limitMs: number) =>
  new Promise<string>((resolve) => {
    const output = openSync(log, 'w');
    const env = { ...process.env, ...around.env };
    const [program = '', ...words] = args;
    const child = spawn(program, words, { cwd: root, env, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    const { pid } = child;
    if (pid !== undefined) {
      running.add(pid);
      if (level.isPatient === true) lowerPriority(pid);
    }
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (pid === undefined) return;
      sendSignal(-pid, 'SIGTERM');
      setTimeout(() => sendSignal(-pid, 'SIGKILL'), 10_000).unref();
    }, limitMs);
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      if (isLate) resolve(`it was still running after ${Math.round(limitMs / 1000)} s and was ended`);
      else resolve(code === 0 ? '' : `it ended with ${signal ?? code}`);
    });
  });

/** Runs one level as a process group of its own; its words go to a file, of which a failure shows the end. */
export const runLevel = async (level: Level, around: Surroundings): Promise<Outcome> => {
  const { name, command, isMocha } = level;
  const budgetS = around.isFull ? level.fullBudgetS : level.budgetS;
  const fileName = name.replaceAll(/[^a-z]+/g, '-');
  const log = join(around.folder, `${fileName}.log`);
  const resultsFile = join(around.folder, `${fileName}.json`);
  const reporter = ['--reporter', 'json', '--reporter-option', `output=${resultsFile}`];
  const startedMs = performance.now();
  const problem = await exitOf(
    level,
    [...command, ...(isMocha ? reporter : [])],
    log,
    around,
    budgetS * patience * 1000,
  );
  const tookS = (performance.now() - startedMs) / 1000;
  const results = isMocha ? readResults(resultsFile, root) : undefined;
  const ownFailure =
    problem !== '' && (results === undefined || results.failures.length === 0)
      ? [{ title: command.join(' '), message: `${problem}\n${tailOf(log)}`, stack: `${problem}\n${tailOf(log)}` }]
      : [];
  const failures = [...(results?.failures ?? []), ...ownFailure];
  const passed = results?.passed ?? (failures.length === 0 ? 1 : 0);
  return {
    name,
    tookS,
    budgetS,
    passed,
    failures,
    skipped: results?.skipped ?? [],
    times: results?.times ?? [],
    hasPassed: failures.length === 0,
  };
};
