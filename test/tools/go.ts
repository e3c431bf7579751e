import { execa } from 'execa';

const program = 'go';

/** Runs a go command for static binaries, apart from any workspace, and answers its stdout. */
export async function go(args: readonly string[], cwd?: string): Promise<string> {
  const env = { CGO_ENABLED: '0', GOWORK: 'off' };
  return (await execa(program, args, cwd === undefined ? { env } : { env, cwd })).stdout;
}
