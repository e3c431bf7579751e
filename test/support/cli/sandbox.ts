import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { root } from '../sources.ts';
import { openTempFolder } from '../temp-folder.ts';

export const bundle = join(root, 'dist/daps.mjs');

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder with a `bin` of its own that is first in PATH, and nothing of the user's Helm or daps in sight. */
export class Workbench {
  readonly #temporary = openTempFolder();
  readonly folder = this.#temporary.path;
  readonly bin = join(this.folder, 'bin');
  readonly environment: Record<string, string>;

  constructor() {
    mkdirSync(this.bin);
    const own = Object.entries(process.env).filter(([name]) => !/^(DAPS_|HELM_|NO_COLOR$|FORCE_COLOR$)/.test(name));
    this.environment = {
      ...Object.fromEntries(own.map(([name, value]) => [name, value ?? ''])),
      PATH: [this.bin, join(root, 'node_modules/.bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
      HELM_CACHE_HOME: join(this.folder, 'helm/cache'),
      HELM_CONFIG_HOME: join(this.folder, 'helm/config'),
      HELM_DATA_HOME: join(this.folder, 'helm/data'),
    };
    this.link('daps', bundle);
    this.link('node', process.execPath);
  }

  /** Puts a program into the `bin` folder under a name. */
  link(name: string, program: string): void {
    rmSync(join(this.bin, name), { force: true });
    symlinkSync(program, join(this.bin, name));
  }

  /** Writes a file below the folder; returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  copy(from: string, name: string): string {
    cpSync(from, join(this.folder, name), { recursive: true });
    return join(this.folder, name);
  }

  async run(
    command: string,
    args: readonly string[],
    options: { input?: string | Buffer; env?: Record<string, string>; cwd?: string } = {},
  ): Promise<Ran> {
    const { exitCode, stdout, stderr } = await execa(command, args, {
      cwd: options.cwd ?? this.folder,
      env: { ...this.environment, ...options.env },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: 2 ** 30,
      timeout: 50_000,
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    });
    return { code: exitCode, stdout, stderr };
  }

  dispose(): void {
    this.#temporary.remove();
  }
}
