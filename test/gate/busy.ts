import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { root } from '../support/sources.ts';

const usage = `usage: npm run test:busy [-- FILE... [--times N] [--loops N]]
Runs tests several times in a row while other programs use the processor; without a file, npm test and npm run test:pods.
`;

const parsed = parseArgs({
  options: {
    times: { type: 'string', default: '3' },
    loops: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const times = Number(parsed.values.times);
const loopCount = Number(parsed.values.loops);
const files = parsed.positionals;

const commands: readonly (readonly string[])[] =
  files.length > 0
    ? [['npx', 'mocha', '--timeout', '300000', ...files]]
    : [
        ['npm', 'test'],
        ['npm', 'run', 'test:pods'],
      ];

const run = async ([program = '', ...args]: readonly string[]): Promise<boolean> => {
  const { exitCode } = await execa(program, args, { cwd: root, stdio: 'inherit', reject: false });
  return exitCode === 0;
};

const runAll = async (): Promise<number> => {
  let failures = 0;
  for (let round = 1; round <= times; round += 1)
    for (const command of commands) {
      const hasPassed = await run(command);
      if (!hasPassed) failures += 1;
      process.stdout.write(`round ${round} of ${times}, ${command.join(' ')}: ${hasPassed ? 'passed' : 'FAILED'}\n`);
    }
  return failures;
};

if (parsed.values.help || !Number.isInteger(times) || !Number.isInteger(loopCount)) {
  process.stderr.write(usage);
  process.exitCode = parsed.values.help ? 0 : 2;
} else {
  const busyLoop = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const loops = Array.from({ length: loopCount }, busyLoop);
  const endLoops = (): void => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
  process.once('exit', endLoops);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const failures = await runAll();
  if (failures > 0) process.exitCode = 1;
  endLoops();
}
