import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { repeatCommand } from './repeat-command.ts';
import { repeatWith } from './sample.ts';
import { root } from './sources.ts';

/** The part of a test's time that its checks have. */
const beforeMocha = 0.95;
const longestGot = 1000;

/** The command that runs one test by itself; or its whole file, where a hook has failed. */
const commandOf = (test: Mocha.Runnable): string =>
  repeatCommand({ title: test.fullTitle(), file: relative(root, test.file ?? '') }, repeatWith) ?? '';

/** What the pods did so far, for whoever reads a failure. */
type Story = () => string;

/**
 * Runs a test's checks, which tell the story of their pods as soon as there is one. The message of a failure has what
 * was expected in its first line, then the command that runs the test by itself, then the story. Checks that are not
 * done shortly before mocha gives the test up have failed, too: mocha has no story.
 */
export const telling = async <T>(
  test: Mocha.Runnable | undefined,
  checks: (tell: (story: Story) => void) => T | Promise<T>,
): Promise<T> => {
  if (test === undefined) throw new Error('no test is running');
  let story: Story = () => '';
  const tell = (told: Story): void => {
    story = told;
  };
  const timeoutMs = test.timeout() * beforeMocha;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([(async () => checks(tell))(), tooLate]);
  } catch (error) {
    if (error instanceof Error) retell(error, `alone: ${commandOf(test)}`, story());
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

/** chai shortens what it got to a few words; mocha's diff is not in every report. */
const gotAs = (error: Error & { readonly actual?: unknown }): readonly string[] =>
  typeof error.actual === 'object' && error.actual !== null
    ? [`got: ${JSON.stringify(error.actual).slice(0, longestGot)}`]
    : [];

const retell = (error: Error, command: string, story: string): void => {
  const { message, stack = '' } = error;
  const [expected = '', ...details] = message.split('\n');
  // Of a message that reads "…: expected", with a diff, mocha's reporters show the part before the colon alone.
  const first = expected.replace(/: expected /, ', expected ');
  error.message = [first, command, ...gotAs(error), ...details, story].join('\n').trimEnd();
  error.stack = stack.replace(message, () => error.message);
};

const { values } = parseArgs({
  strict: false,
  options: { grep: { type: 'string', short: 'g' }, fgrep: { type: 'string', short: 'f' } },
});

/** Whether mocha was asked for a test: a suite that plays many scenarios at once plays only those. */
export const isAskedFor = (fullTitle: string): boolean => {
  const { grep, fgrep } = values;
  if (typeof fgrep === 'string') return fullTitle.includes(fgrep);
  return typeof grep === 'string' ? new RegExp(grep).test(fullTitle) : true;
};
