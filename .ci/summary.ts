import { readFileSync } from 'node:fs';

interface Result {
  readonly stats: { readonly passes: number; readonly failures: number; readonly pending: number };
  readonly failures: readonly {
    readonly fullTitle: string;
    readonly err: { readonly message?: string; readonly stack?: string };
  }[];
}

/** Arguments: files of mocha's results, and further checks as `command=exit status`. */
const isCheck = (argument: string): boolean => /=\d+$/.test(argument);
const checks = process.argv
  .slice(2)
  .filter(isCheck)
  .map((check) => {
    const at = check.lastIndexOf('=');
    return { command: check.slice(0, at), hasPassed: check.slice(at + 1) === '0' };
  });
/** A run that wrote no results has failed, whatever it was. */
const readResult = (file: string): Result => {
  const text = readFileSync(file, 'utf8');
  if (text !== '') return JSON.parse(text) as Result;
  const err = { message: 'the tests ended without results' };
  return { stats: { passes: 0, failures: 1, pending: 0 }, failures: [{ fullTitle: file, err }] };
};
const results = process.argv
  .slice(2)
  .filter((argument) => !isCheck(argument))
  .map(readResult);
const sum = (count: 'passes' | 'failures' | 'pending'): number =>
  results.reduce((total, { stats }) => total + stats[count], 0);

/** All that failed comes first, a few lines each: a failure of the lab or of a pod brings a long story. */
const linesOfFailure = 6;
/** What was expected stands at the end of a message, behind the story of the pods: it is told first. */
const brief = (message: string): string => {
  const at = Math.max(0, message.lastIndexOf(': expected ') + 1);
  const lines = `${message.slice(at).trim()}\n${message.slice(0, at)}`.split('\n');
  return lines
    .slice(0, linesOfFailure)
    .map((line) => line.slice(0, 400))
    .join('\n');
};
const failures = results.flatMap((result) => result.failures);
for (const { fullTitle, err } of failures) process.stdout.write(`\nFAILED ${fullTitle}\n${brief(err.message ?? '')}\n`);
for (const { fullTitle, err } of failures)
  process.stdout.write(`\n--- ${fullTitle}\n${err.stack ?? err.message ?? ''}\n`);
for (const { command, hasPassed } of checks) if (!hasPassed) process.stdout.write(`\nFAILED ${command}: see above\n`);
const passed = sum('passes') + checks.filter(({ hasPassed }) => hasPassed).length;
const failed = sum('failures') + checks.filter(({ hasPassed }) => !hasPassed).length;
const skipped = sum('pending') > 0 ? `, ${sum('pending')} skipped` : '';
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped}\n`);
if (failed > 0 || results.some(({ stats }) => stats.passes === 0) || sum('pending') > 0) process.exitCode = 1;
