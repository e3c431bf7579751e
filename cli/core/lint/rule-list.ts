import type { ListedRule } from './listed-rules.ts';

/** The list of rules for a terminal: id, severity and summary in columns. */
export const ruleTable = (listed: readonly ListedRule[]): string => {
  const width = Math.max(...listed.map(({ id }) => id.length));
  return listed.map(({ id, severity, summary }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}\n`).join('');
};

/** The list of rules as a Markdown table. */
export const ruleMarkdown = (listed: readonly ListedRule[]): string =>
  [
    '| rule | severity | topic | looks at | what holds |\n| --- | --- | --- | --- | --- |\n',
    ...listed.map(
      ({ id, severity, topic, looksAt, summary }) =>
        `| \`${id}\` | ${severity} | ${topic} | ${looksAt.join(', ')} | ${summary} |\n`,
    ),
  ].join('');

/** The list of rules as JSON: an array of `{id, severity, topic, looksAt, summary, since}`. */
export const ruleJson = (listed: readonly ListedRule[]): string => `${JSON.stringify(listed, null, 2)}\n`;
