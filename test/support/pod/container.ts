import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { atExit } from '../at-exit.ts';
import { markOfThisRun } from '../orphans.ts';

/** How a container is run on this machine. */
export interface LocalProgram {
  readonly command: string;
  readonly args?: readonly string[];
  /** On top of what the pod template gives the container. */
  readonly env?: Readonly<Record<string, string>>;
  /** The same, with servers of this machine in it (127.0.0.1:5672), as the pod finds them. */
  readonly reaches?: Readonly<Record<string, string>>;
}

export type PodEventKind = 'started' | 'hook-begin' | 'hook-end' | 'sigterm' | 'sigkill' | 'exited';

export interface PodEvent {
  /** Milliseconds since 1970, to be compared with what the processes write. */
  readonly t: number;
  readonly container: string;
  readonly what: PodEventKind;
  /** With "exited": the exit code, or the signal that ended it; with "hook-end": how the hook ended. */
  readonly how?: number | string;
}

type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

const keptLines = 400;
const minGraceMs = 2000; // the kubelet leaves a container at least this between SIGTERM and SIGKILL

// Whatever still runs when the tests' own process goes must not be left behind.
const alive = new Set<ChildProcess>();
atExit(() => {
  for (const child of alive) child.kill('SIGKILL');
});

/** One container as a process, which is started again whenever it ends until the pod goes. */
export class LocalContainer {
  readonly name: string;
  readonly lines: string[] = [];
  readonly record: (what: PodEventKind, how?: number | string) => void;
  readonly #program: LocalProgram;
  readonly #enter: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #gone = new AbortController();
  readonly #others = new Set<ChildProcess>();
  #child: ChildProcess | undefined;
  #exit: Promise<unknown> = Promise.resolve();
  #isRestarting = false;

  constructor(
    name: string,
    program: LocalProgram,
    environment: Readonly<Record<string, string>>,
    enter: readonly string[],
    record: (what: PodEventKind, how?: number | string) => void,
  ) {
    this.name = name;
    this.record = record;
    this.#program = program;
    this.#enter = enter;
    const { PATH = '', HOME = '/' } = process.env;
    this.#environment = { PATH, HOME, ...markOfThisRun, ...environment, ...program.env };
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it, and again after a pause that doubles each time it ends, as the policy says. */
  start(policy: RestartPolicy, backOffMs: number): void {
    if (!this.#gone.signal.aborted) void this.#keepRunning(policy, backOffMs);
  }

  async #keepRunning(policy: RestartPolicy, backOffMs: number): Promise<void> {
    for (let pause = backOffMs; ; ) {
      const code = await this.runOnce();
      const isDone = policy === 'Never' || (policy === 'OnFailure' && code === 0);
      if (this.#isRestarting) this.#isRestarting = false;
      else if (isDone || !(await this.#slept(pause))) return;
      else pause *= 2;
      if (this.#gone.signal.aborted) return;
    }
  }

  async #slept(ms: number): Promise<boolean> {
    return delay(ms, true, { signal: this.#gone.signal }).catch(() => false);
  }

  /** Runs it to its end: what an init container is for. */
  async runOnce(): Promise<number> {
    const { command, args = [] } = this.#program;
    const { child, exit } = this.#spawn(command, args);
    this.#child = child;
    this.#exit = exit;
    this.record('started');
    const how = await exit;
    this.#child = undefined;
    this.record('exited', how);
    return typeof how === 'number' ? how : 128;
  }

  #spawn(command: string, args: readonly string[]): { child: ChildProcess; exit: Promise<number | string> } {
    const [first = command, ...rest] = [...this.#enter, command, ...args];
    const child = spawn(first, rest, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    alive.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#keep(line));
    }
    const exit = once(child, 'exit').then(
      ([code, signal]: (number | string | null)[]) => code ?? signal ?? 'unknown',
      (error: Error) => error.message, // there is no such command
    );
    return { child, exit: exit.finally(() => alive.delete(child)) };
  }

  #keep(line: string): void {
    this.lines.push(`${new Date().toISOString().slice(11, 23)} ${line}`);
    if (this.lines.length > keptLines) this.lines.shift();
  }

  /** Runs the container's program once more, beside what runs there, with these arguments after its own. */
  async runProgram(more: readonly string[]): Promise<number | string> {
    return this.runCommand(this.#program.command, [...(this.#program.args ?? []), ...more]);
  }

  /** Runs a command in the container's environment, beside what runs there. */
  async runCommand(command: string, args: readonly string[]): Promise<number | string> {
    const { child, exit } = this.#spawn(command, args);
    this.#others.add(child);
    return exit.finally(() => this.#others.delete(child));
  }

  /** From now on it is not started again, whatever it ends with. */
  noMoreRestarts(): void {
    this.#gone.abort();
  }

  /** Ends the process, which is then started again at once. */
  async restart(graceMs: number): Promise<void> {
    this.#isRestarting = this.isRunning;
    await this.end(graceMs);
  }

  /** SIGTERM, and SIGKILL if that was not enough in time. */
  async end(graceMs: number): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.record('sigterm');
    child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), Math.max(graceMs, minGraceMs));
    await this.#exit;
    clearTimeout(timer);
  }

  kill(): void {
    if (this.#child === undefined) return;
    this.record('sigkill');
    this.#child.kill('SIGKILL');
  }

  async dispose(): Promise<void> {
    this.noMoreRestarts();
    for (const child of this.#others) child.kill('SIGKILL');
    this.kill();
    await this.#exit;
  }
}
