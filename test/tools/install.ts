import { mkdir } from 'node:fs/promises';
import { ExecaError } from 'execa';
import { buildTool } from './build.ts';
import { writeCorpus } from './corpus.ts';
import { go } from './go.ts';
import { toolsFolder } from './places.ts';
import { tools } from './registry.ts';

const goMissing =
  'npm run tools: there is no go command on the PATH; install Go 1.26 or newer, then run npm run tools again.\n';

async function goVersion(): Promise<string | undefined> {
  try {
    return await go(['version']);
  } catch (error) {
    if (error instanceof ExecaError && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Does one thing and prints one line about it; false when go said no, whose own words then follow. */
async function report(name: string, work: () => Promise<string>): Promise<boolean> {
  try {
    process.stdout.write(`${name}: ${await work()}\n`);
    return true;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    process.stdout.write(`${name}: failed\n`);
    process.stderr.write(`${error.stderr || error.stdout || error.shortMessage}\n`);
    return false;
  }
}

/** Puts what the tests with real tools need into `.tools/`; one build at a time, because each takes every core. */
async function install(): Promise<boolean> {
  const version = await goVersion();
  if (version === undefined) {
    process.stderr.write(goMissing);
    return false;
  }
  await mkdir(toolsFolder, { recursive: true });
  let isComplete = true;
  for (const tool of tools) {
    if (!(await report(tool.name, () => buildTool(tool, version)))) isComplete = false;
  }
  return (await report('corpus', writeCorpus)) && isComplete;
}

if (!(await install())) process.exitCode = 1;
