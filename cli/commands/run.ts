import { exitCode } from '../exit-code.ts';
import { decode } from '../run/inputs.ts';
import { finish } from '../run/output.ts';
import { readSettings } from '../run/settings.ts';
import type { Shell } from '../shell/shell.ts';
import { type InjectOptions, injectAndWrite } from './inject.ts';

/**
 * `daps run -- CMD…`: what CMD prints, injected. Where CMD fails its exit code is ours and nothing is printed: a pipe
 * without pipefail would have hidden it. Returns the exit code.
 */
export const runCommand = async (shell: Shell, command: readonly string[], options: InjectOptions): Promise<number> => {
  const settings = readSettings(shell, options, undefined);
  if (!settings.ok) return exitCode(finish(shell, options, [], settings.error));
  const [program = '', ...args] = command;
  const ran = await shell.run(program, args);
  const failed = (code: number, what: string, advice: string): number => {
    shell.writeStderr(`daps: ${what}, nothing written. ${advice}\n`);
    return code;
  };
  switch (ran.kind) {
    case 'not-started':
      return ran.reason === 'not-found'
        ? failed(127, `there is no program "${program}" on PATH`, 'Install it, or write its path.')
        : failed(126, `"${program}" cannot be executed`, `Try: chmod +x ${program}`);
    case 'signalled':
      return failed(128 + ran.number, `${command.join(' ')} was ended by ${ran.signal}`, 'Run it alone to see why.');
    case 'exited': {
      if (ran.code !== 0)
        return failed(
          ran.code,
          `${command.join(' ')} failed with exit code ${ran.code}`,
          'Its own messages stand above.',
        );
      const input = decode(program, ran.stdout);
      if (!input.ok) return exitCode(finish(shell, options, [], [input.error]));
      return exitCode(await injectAndWrite(shell, [input.value], settings.value, options));
    }
  }
};
