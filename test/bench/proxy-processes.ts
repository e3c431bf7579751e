import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { sendSignal } from '../support/send-signal.ts';
import { folder } from './measure.ts';

export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A server that runs, and everything it started. */
export interface Running {
  readonly name: string;
  /** What it said, where it has ended by itself. */
  readonly lastWords: () => string | undefined;
  /** The processor time that its processes have taken. */
  readonly cpuMicros: () => number;
  /** The most memory that each of its processes held, added up. */
  readonly peakMegabytes: () => number;
}

const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DAPS_|NODE_)/.test(name)));
/** Debian keeps servers where only root's PATH looks. */
const basic = { ...inherited, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/** Whether a program is there to be run. */
export const isInstalled = (program: string): boolean =>
  spawnSync(program, ['-v'], { env: basic, stdio: 'ignore' }).error === undefined;

/** What a program says about itself, such as its version. */
export const wordsOf = (program: string, args: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(program, args, { env: basic, encoding: 'utf8' });
  return `${stdout}${stderr}`;
};

/** The cores this process may use, of which there are fewer in a container than in the machine. */
const allowedCores = (): readonly number[] => {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
};

/** The proxy has a core of its own; the app and the load share another where there is no third. */
export const cores = (): { readonly proxy: number; readonly app: number; readonly load: number } | undefined => {
  const [proxy, app, load = app] = allowedCores();
  return proxy === undefined || app === undefined || load === undefined ? undefined : { proxy, app, load };
};

// Whatever happens, nothing that was started outlives this process.

const groups = new Set<number>();

const stopAll = (): void => {
  for (const group of groups) sendSignal(-group, 'SIGKILL');
  groups.clear();
};

process.prependListener('exit', stopAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

/** Each in a process group of its own, so that its children are found and ended with it. */
const begin = ({ program, args, environment }: Program, core: number, stdout: 'ignore' | 'pipe', stderr: number) => {
  const child = spawn('taskset', ['-c', String(core), program, ...args], {
    cwd: folder,
    env: { ...basic, ...environment },
    stdio: ['ignore', stdout, stderr],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} cannot be started`);
  groups.add(pid);
  return { child, pid };
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Starts a server on a core; it is ended when this process is. */
export const start = (name: string, program: Program, core: number): Running => {
  const errors = join(folder, `${name.replaceAll(/\W+/g, '-')}.err`);
  const stderr = openSync(errors, 'w');
  const { child, pid } = begin(program, core, 'ignore', stderr);
  closeSync(stderr);
  return {
    name,
    lastWords: () => (hasEnded(child) ? readFileSync(errors, 'utf8').slice(-2000) : undefined),
    cpuMicros: () => groupStats(pid).reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
    peakMegabytes: () => groupStats(pid).reduce((sum, stats) => sum + peakOf(stats.pid), 0),
  };
};

/** Runs a program on a core to its end and gives what it printed. */
export const run = async (program: Program, core: number): Promise<string> => {
  const errors = join(folder, 'run.err');
  const stderr = openSync(errors, 'w');
  const { child, pid } = begin(program, core, 'pipe', stderr);
  closeSync(stderr);
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  groups.delete(pid);
  if (code === 0) return printed;
  throw new Error(`${program.program} ended with ${code}: ${readFileSync(errors, 'utf8').slice(0, 2000)}${printed}`);
};

// What the kernel knows (proc(5))

interface Stats {
  readonly pid: number;
  readonly cpuMicros: number;
}

const ticksPerSecond = Number(wordsOf('getconf', ['CLK_TCK'])) || 100;

const groupStats = (group: number): readonly Stats[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), fields: statFields(name) }))
    .filter(({ fields }) => fields[2] === String(group))
    .map(({ pid, fields }) => ({
      pid,
      cpuMicros: ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6,
    }));

/** The fields from the state on: the name before it may hold anything. */
const statFields = (pid: string): readonly string[] => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // it has just ended
  }
};

const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

/** Ports of which nobody listens on any. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  for (const server of servers) server.close();
  return ports;
};
