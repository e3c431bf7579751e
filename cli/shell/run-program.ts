import os from 'node:os';
import type { Ran } from './shell.ts';

/** Starts a program without a shell and waits for it. execa is loaded only when a program is run. */
export const runProgram = async (
  command: string,
  args: readonly string[],
  stderr: 'inherit' | 'pipe',
): Promise<Ran> => {
  const { execa } = await import('execa');
  const result = await execa(command, args, {
    stdin: stderr === 'inherit' ? 'inherit' : 'ignore',
    stdout: 'pipe',
    stderr,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: 2 ** 31,
    reject: false,
  });
  if (result.exitCode !== undefined) {
    return {
      kind: 'exited',
      code: result.exitCode,
      stdout: result.stdout,
      stderr: stderr === 'pipe' ? Buffer.from(result.stderr as Uint8Array).toString() : '',
    };
  }
  if (result.signal !== undefined) {
    return {
      kind: 'signalled',
      signal: result.signal,
      number: os.constants.signals[result.signal as keyof typeof os.constants.signals],
    };
  }
  return { kind: 'not-started', reason: result.code === 'EACCES' ? 'not-executable' : 'not-found' };
};
