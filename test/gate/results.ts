import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A test as mocha's JSON reporter writes it (mocha 12, lib/reporters/json.js, `clean`). */
interface WrittenTest {
  readonly fullTitle: string;
  readonly file?: string;
  readonly duration?: number;
  readonly err: { readonly message?: string; readonly stack?: string };
}

interface Written {
  readonly stats: { readonly passes: number; readonly failures: number; readonly pending: number };
  readonly tests: readonly WrittenTest[];
  readonly failures: readonly WrittenTest[];
  readonly pending: readonly WrittenTest[];
}

export interface TestTime {
  readonly title: string;
  readonly tookS: number;
}

export interface Failure {
  readonly title: string;
  /** Relative to the checkout; unknown for what is no test, such as a command. */
  readonly file?: string;
  readonly message: string;
  readonly stack: string;
}

/** What the tests of one level showed. */
export interface Results {
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly string[];
  readonly times: readonly TestTime[];
}

/** Reads what mocha's JSON reporter wrote; undefined where mocha ended before it wrote. */
export const readResults = (file: string, root: string): Results | undefined => {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text === '') return undefined;
  const { stats, tests, failures, pending } = JSON.parse(text) as Written;
  return {
    passed: stats.passes,
    failures: failures.map((failure) => ({
      title: failure.fullTitle,
      ...(failure.file === undefined ? {} : { file: relative(root, failure.file) }),
      message: failure.err.message ?? '',
      stack: failure.err.stack ?? failure.err.message ?? '',
    })),
    skipped: pending.map(({ fullTitle }) => fullTitle),
    times: tests.map(({ fullTitle, duration = 0 }) => ({ title: fullTitle, tookS: duration / 1000 })),
  };
};
