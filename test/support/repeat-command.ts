const quoted = (word: string): string => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** A test that mocha ran. */
export interface RanTest {
  /** The titles of its suites and its own. */
  readonly title: string;
  /** Relative to the checkout; unknown for what is no test, such as a command. */
  readonly file?: string;
}

/** The command that runs one test again, alone; `repeatWith` are the variables before it. */
export const repeatCommand = ({ title, file }: RanTest, repeatWith: string): string | undefined => {
  if (file === undefined) return undefined;
  // A hook's failure has its words before the test's title; the suite it belongs to runs again.
  const pattern = title.replace(/ "(before|after) (all|each)" hook.*$/, '');
  const hooks = file.startsWith('test/lab/') ? '--require test/lab/root-hooks.ts ' : '';
  return `${repeatWith} npx mocha ${hooks}${file} --fgrep ${quoted(pattern)}`;
};
