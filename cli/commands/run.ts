import { type Problem, problem } from '../core/diagnostic.ts';
import { exitCode } from '../exit-code.ts';
import { decode, wholeFile } from '../run/inputs.ts';
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
  const failed = (code: number, found: Problem): number => {
    finish(shell, options, [], [{ problem: found, place: wholeFile('') }]);
    return code;
  };
  switch (ran.kind) {
    case 'not-started':
      return ran.reason === 'not-found'
        ? failed(127, problem('no-such-command', { program }))
        : failed(126, problem('command-not-executable', { program }));
    case 'signalled':
      return failed(128 + ran.number, problem('command-killed', { command: command.join(' '), signal: ran.signal }));
    case 'exited': {
      if (ran.code !== 0)
        return failed(ran.code, problem('command-failed', { command: command.join(' '), exitCode: ran.code }));
      const input = decode(program, ran.stdout);
      if (!input.ok) return exitCode(finish(shell, options, [], [input.error]));
      return exitCode(await injectAndWrite(shell, [input.value], settings.value, options));
    }
  }
};
