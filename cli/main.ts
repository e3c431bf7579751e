import process from 'node:process';
import { exitCode } from './exit-code.ts';
import { runProgram } from './program.ts';
import { processShell } from './shell/process-shell.ts';
import { version } from './version.ts';

/** The process around the program: nothing here but exit codes. */
export const main = async (bundle: string, stdin: Uint8Array | undefined): Promise<void> => {
  const shell = processShell(version, bundle, stdin);
  try {
    process.exitCode = await runProgram(shell, process.argv.slice(2));
  } catch (thrown) {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    shell.writeStderr(
      `daps ${version}: this is a bug in daps, nothing was written. Please report it with the manifest that shows it.\n${stack}\n`,
    );
    process.exitCode = exitCode('bug');
  }
};
