import { createRequire } from 'node:module';
import process from 'node:process';
import vm from 'node:vm';
import zlib from 'node:zlib';
import { passThrough } from './pass-through.ts';

/** The rest of the program as text, put in by the build: what is not needed is not even compiled. */
declare const programText: string;
/** What speaks to clusters, as compressed text. */
declare const clusterText: string;
/** The pages of rules and problems by their ids, as compressed JSON. */
declare const pagesText: string;

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
  compile(programText, 'daps-program.cjs', program);
  await program.main?.(import.meta.url, passed.stdin);
};

const nodeRequire = createRequire(import.meta.url);

const requireModule = (name: string): unknown => {
  switch (name) {
    case 'daps:cluster':
      return compile(decompressed(clusterText), 'daps-cluster.cjs', {});
    case 'daps:pages':
      return { pages: JSON.parse(decompressed(pagesText)) };
    default:
      return nodeRequire(name);
  }
};

const decompressed = (text: string): string => zlib.brotliDecompressSync(Buffer.from(text, 'base64')).toString();

const compile = <T extends object>(text: string, filename: string, exports: T): T => {
  const load = vm.compileFunction(text, ['require', 'exports', 'bundleUrl'], { filename });
  load(requireModule, exports, import.meta.url);
  return exports;
};

await start();
