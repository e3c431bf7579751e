import { repeatCommand } from '../support/repeat-command.ts';
import type { Failure, TestTime } from './results.ts';

/** How a level ended. */
export interface Outcome {
  readonly name: string;
  /** Undefined for a level that was left out. */
  readonly tookS: number | undefined;
  readonly budgetS: number;
  /** Tests that passed; 1 for a command that is no test program. */
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly string[];
  readonly times: readonly TestTime[];
  readonly hasPassed: boolean;
}

const slowestCount = 10;
const briefLines = 30;
const briefWidth = 300;

const seconds = (s: number): string => `${s.toFixed(s < 10 ? 1 : 0)} s`;

const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((cells) => (cells[index] ?? '').length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** What was expected stands at the end of a long message, behind the story of the pods; it comes first here. */
const brief = (message: string): string => {
  const at = Math.max(0, message.lastIndexOf(': expected ') + 1);
  const lines = `${message.slice(at).trim()}\n${message.slice(0, at)}`.trim().split('\n');
  return lines
    .slice(0, briefLines)
    .map((line) => line.slice(0, briefWidth))
    .join('\n');
};

/** A level that took longer than its budget fails by that alone. */
const overBudget = (outcomes: readonly Outcome[]): readonly Failure[] =>
  outcomes
    .filter(({ tookS, budgetS }) => tookS !== undefined && tookS > budgetS)
    .map(({ name, tookS = 0, budgetS }) => {
      const message = `"${name}" took ${seconds(tookS)}; its budget in test/gate/levels.ts is ${seconds(budgetS)}`;
      return { title: `the budget of "${name}"`, message, stack: message };
    });

const table = (outcomes: readonly Outcome[]): string =>
  columns([
    ['level', 'passed', 'failed', 'skipped', 'took', 'budget'],
    ...outcomes.map(({ name, passed, failures, skipped, tookS, budgetS }) => [
      name,
      String(passed),
      String(failures.length),
      String(skipped.length),
      tookS === undefined ? 'left out' : seconds(tookS),
      seconds(budgetS),
    ]),
  ]);

const slowest = (outcomes: readonly Outcome[]): string => {
  const all = outcomes.flatMap(({ name, times }) => times.map((time) => ({ ...time, level: name })));
  const found = all.sort((a, b) => b.tookS - a.tookS).slice(0, slowestCount);
  return columns(found.map(({ title, tookS, level }) => [seconds(tookS), level, title.slice(0, 120)]));
};

const story = (failure: Failure, repeatWith: string): string => {
  const repeat = repeatCommand(failure, repeatWith);
  return `\n--- ${failure.title}\n${repeat === undefined ? '' : `again: ${repeat}\n`}${failure.stack}\n`;
};

export interface Summary {
  readonly text: string;
  readonly hasPassed: boolean;
}

/** What the gate says at its end: first all that failed, then each failure's story, the times, and the count. */
export const summarize = (outcomes: readonly Outcome[], repeatWith: string): Summary => {
  const failures = [...outcomes.flatMap((outcome) => outcome.failures), ...overBudget(outcomes)];
  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const headlines = failures.map((failure) => {
    const repeat = repeatCommand(failure, repeatWith);
    return `\nFAILED ${failure.title}\n${brief(failure.message)}${repeat === undefined ? '' : `\nagain: ${repeat}`}\n`;
  });
  const text = [
    ...headlines,
    ...failures.map((failure) => story(failure, repeatWith)),
    ...skipped.map((title) => `\nSKIPPED ${title}: nothing may be skipped here\n`),
    `\nThe slowest tests\n${slowest(outcomes)}\n`,
    `\n${table(outcomes)}\n`,
    `\n${repeatWith} repeats this sample.\n`,
    `\n${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`,
  ].join('');
  return { text, hasPassed: failures.length === 0 && skipped.length === 0 && passed > 0 };
};
