import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { isFull as isFullByVariable, sampleSeed, variablesOf } from '../support/sample.ts';
import { type Level, levels } from './levels.ts';
import { endAll, runLevel } from './run-level.ts';
import { runInOrder } from './schedule.ts';
import { type Outcome, summarize } from './summary.ts';

const usage = `usage: node test/gate/main.ts [--full] [--only LEVEL]...\nlevels: ${levels.map(({ name }) => name).join(', ')}\n`;

const started = performance.now();
const say = (line: string): void =>
  void process.stdout.write(`== ${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);

let isInterrupted = false;

const leftOut = ({ name, command, budgetS }: Level, because: string): Outcome => {
  const message = `"${name}" was left out: ${because}`;
  const failures = [{ title: command.join(' '), message, stack: message }];
  return { name, tookS: undefined, budgetS, passed: 0, failures, skipped: [], times: [], hasPassed: false };
};

/** The levels that were asked for, and those that they need. */
const chosenLevels = (only: readonly string[]): readonly Level[] => {
  if (only.length === 0) return levels;
  const chosen = new Set(only);
  for (const { name, needs } of [...levels].reverse()) if (chosen.has(name)) for (const need of needs) chosen.add(need);
  if (chosen.has('cluster')) chosen.add('cluster down');
  return levels
    .filter(({ name }) => chosen.has(name))
    .map((level) => ({ ...level, after: level.after.filter((name) => chosen.has(name)) }));
};

const runAll = async (isFull: boolean, only: readonly string[]): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'daps-gate-'));
  const env = { CI: 'true', DAPS_SAMPLE: sampleSeed, ...(isFull ? { DAPS_FULL: '1' } : {}) };
  const run = async (level: Level): Promise<Outcome> => {
    if (isInterrupted && level.isCleanUp !== true) return leftOut(level, 'the gate was interrupted');
    say(`${level.name} begins`);
    const outcome = await runLevel(level, { folder, isFull, env });
    const { passed, failures, tookS = 0 } = outcome;
    say(`${level.name}: ${passed} passed, ${failures.length} failed (${tookS.toFixed(0)} s)`);
    return outcome;
  };
  const outcomes = await runInOrder(chosenLevels(only), run, (level, failed) => leftOut(level, `"${failed}" failed`));
  const { text, hasPassed } = summarize(outcomes, variablesOf(isFull));
  say(hasPassed ? 'the end' : `the end; what each level said is in ${folder}`);
  if (hasPassed) rmSync(folder, { recursive: true, force: true });
  process.stdout.write(text);
  return hasPassed;
};

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    isInterrupted = true;
    endAll();
  });

const parsed = parseArgs({
  options: { full: { type: 'boolean', default: isFullByVariable }, only: { type: 'string', multiple: true } },
});
const only = parsed.values.only ?? [];
const unknown = only.filter((name) => levels.every((level) => level.name !== name));
if (unknown.length > 0) {
  process.stderr.write(`There is no level ${unknown.join(', ')}.\n${usage}`);
  process.exitCode = 2;
} else {
  const isFull = parsed.values.full;
  say(isFull ? 'everything, nothing sampled' : `sample ${sampleSeed}; npm run test:full leaves nothing out`);
  if (!(await runAll(isFull, only))) process.exitCode = 1;
}
