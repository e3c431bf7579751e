import { readFileSync } from 'node:fs';

interface Result {
  readonly stats: { readonly passes: number; readonly failures: number; readonly pending: number };
  readonly failures: readonly {
    readonly fullTitle: string;
    readonly err: { readonly message?: string; readonly stack?: string };
  }[];
}

const { stats, failures } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Result;
for (const { fullTitle, err } of failures)
  process.stdout.write(`\nFAILED ${fullTitle}\n${err.stack ?? err.message ?? ''}\n`);
const skipped = stats.pending > 0 ? `, ${stats.pending} skipped` : '';
process.stdout.write(`\n${stats.passes} passed, ${stats.failures} failed${skipped}\n`);
if (stats.failures > 0 || stats.passes === 0 || stats.pending > 0) process.exitCode = 1;
