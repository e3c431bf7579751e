import { createRequire } from 'node:module';
import process from 'node:process';
import vm from 'node:vm';
import { passThrough } from './pass-through.ts';

/** The rest of the program as text, put in by the build: what is not needed is not even compiled. */
declare const programText: string;

type Program = { main?: (bundle: string, stdin: Uint8Array | undefined) => Promise<void> };

const start = async (): Promise<void> => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 19)) {
    process.stderr.write(
      `daps needs Node 22.19 or later, and this is Node ${process.versions.node}. Install a newer Node, or put it first in PATH.\n`,
    );
    process.exitCode = 2;
    return;
  }
  const passed = passThrough(process.argv.slice(2));
  if (passed.kind === 'done') return;
  const program: Program = {};
  const load = vm.compileFunction(programText, ['require', 'exports', 'bundleUrl'], { filename: 'daps-program.cjs' });
  load(createRequire(import.meta.url), program, import.meta.url);
  await program.main?.(import.meta.url, passed.stdin);
};

await start();
