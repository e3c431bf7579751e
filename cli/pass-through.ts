import fs from 'node:fs';
import process from 'node:process';
import tty from 'node:tty';
import { noWorkloads } from './core/report/summary.ts';
import { pathsUpward } from './core/settings/folders-upward.ts';
import { readStdin } from './shell/read-stdin.ts';
import { writeAll } from './shell/write-all.ts';

/** Whether a stream was handled, or what was read of stdin on the way. */
export type Passed = { readonly kind: 'done' } | { readonly kind: 'program'; readonly stdin: Uint8Array | undefined };

/**
 * The commonest call, `… | daps` without flags or settings, for a stream that has nothing to do with Dapr: the bytes go
 * through before the parser and the command line are even loaded, which takes longer than all the rest. Everything
 * else is the program's.
 */
export const passThrough = (argv: readonly string[]): Passed => {
  const isPlain = argv.length === 0 || (argv.length === 1 && argv[0] === 'inject');
  if (!isPlain || tty.isatty(0) || hasSettings()) return { kind: 'program', stdin: undefined };
  const stdin = readStdin();
  const text = decode(stdin);
  if (text === undefined || text.trim() === '' || /dapr\.io|ResourceList|\\[xuU/]|\\\r?\n/.test(text))
    return { kind: 'program', stdin };
  writeAll(1, text);
  writeAll(2, `${noWorkloads}\n`);
  return { kind: 'done' };
};

const hasSettings = (): boolean => {
  if (Object.keys(process.env).some((name) => name.startsWith('DAPS_'))) return true;
  return pathsUpward(process.cwd(), '.daps.yaml').some((path) => fs.existsSync(path));
};

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
