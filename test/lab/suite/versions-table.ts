import type { Calls } from '../caller.ts';
import { lostEntries, type Played } from './versions.ts';

const header = ['version', 'pods', 'failed calls by Dapr', 'by Service', 'lost entries'] as const;

const calls = ({ failedCount, made }: Calls): string => `${failedCount} of ${made}`;

const line = (one: Played): readonly string[] => [
  `v${one.version.number}: ${one.version.what}`,
  one.column,
  calls(one.calls.invocations),
  calls(one.calls.requests),
  one.version.hasLog ? String(lostEntries(one).length) : '–',
];

/** One table in Markdown: each version as it is, and with daps. */
export const versionsTable = (played: readonly Played[]): string =>
  [header, header.map(() => '---'), ...played.map(line)].map((columns) => `| ${columns.join(' | ')} |\n`).join('');
