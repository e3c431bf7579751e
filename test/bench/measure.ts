import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what is measured, gone when the process is. */
export const folder = mkdtempSync(join(tmpdir(), 'daps-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DAPS_|NODE_)/.test(name)));

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** The file that stdin is; nothing where there is none. */
  readonly input?: string;
}

const run = ({ program, args, input }: Command): void => {
  const stdin = input === undefined ? ('ignore' as const) : openSync(input, 'r');
  const stdout = openSync(join(folder, 'out'), 'w');
  try {
    const { status, stderr } = spawnSync(program, args, {
      cwd: folder,
      env: environment,
      stdio: [stdin, stdout, 'pipe'],
      maxBuffer: 2 ** 30,
    });
    if (status !== 0)
      throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr.toString().slice(0, 2000)}`);
  } finally {
    if (typeof stdin === 'number') closeSync(stdin);
    closeSync(stdout);
  }
};

/** How long each of some commands takes, from its start to its end: they take turns, and the median counts. */
export const mediansMs = (times: number, commands: readonly Command[]): readonly number[] => {
  const taken = commands.map((): number[] => []);
  for (let round = 0; round < times; round += 1) {
    for (const [index, command] of commands.entries()) {
      const start = performance.now();
      run(command);
      taken[index]?.push(performance.now() - start);
    }
  }
  return taken.map((list) => [...list].sort((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN);
};

/** The most memory a Node program held, as the kernel counts it. */
export const peakMegabytes = ({ args, ...command }: Command): number => {
  const file = join(folder, 'rss');
  const note = `import fs from 'node:fs'; process.on('exit', () => fs.writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;
  run({ ...command, args: ['--import', `data:text/javascript,${encodeURIComponent(note)}`, ...args] });
  return Number(readFileSync(file, 'utf8')) / 1024;
};
