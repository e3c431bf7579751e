import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../sources.ts';
import { type Column, columns, type Played } from './scenario.ts';

/** One scenario played with one kind of pods. */
export interface Row extends Omit<Played, 'story'> {
  readonly scenario: string;
  readonly column: Column;
}

const seconds = (ms: number): string => (Number.isNaN(ms) ? '–' : `${(ms / 1000).toFixed(1)} s`);

const longest = (times: readonly number[]): string => seconds(times.length === 0 ? Number.NaN : Math.max(...times));

const handOverOf = ({ ledger: { handOver } }: Row): string =>
  [handOver.p50, handOver.p99, handOver.longest].map(seconds).join(' / ');

const cellsOf = (row: Row): readonly string[] => {
  const { scenario, column, ledger, readyMs, stopMs, tookMs } = row;
  return [
    scenario,
    column,
    String(ledger.sent.length),
    String(ledger.lost.length),
    String(ledger.doubled.length),
    String(ledger.cut.length),
    String(ledger.early.length),
    String(ledger.dead.length),
    handOverOf(row),
    longest(readyMs),
    longest(stopMs),
    [tookMs.opening, tookMs.acts, tookMs.end].map(seconds).join(' + '),
  ];
};

const header = [
  'scenario',
  'pods',
  'sent',
  'lost',
  'doubled',
  'cut',
  'unready',
  'dead',
  'hand-over p50 / p99 / longest',
  'time to ready',
  'time to stop',
  'opening + acts + end',
];

/** What one kind of pods did, such as `60: 27 lost; 0.5 s / 1.2 s / 1.3 s; ready 0.8 s, gone 5.3 s`; `264: 0; …` where nothing went wrong. */
const inWords = (row: Row): string => {
  const { sent, lost, doubled, cut, early, dead, handOver } = row.ledger;
  const wrong = Object.entries({ lost, doubled, cut, unready: early, 'dead letters': dead })
    .filter(([, ids]) => ids.length > 0)
    .map(([name, ids]) => `${ids.length} ${ids.length === 1 ? name.replace(/s$/, '') : name}`);
  const took = Number.isNaN(handOver.p50) ? '' : `; ${handOverOf(row)}`;
  const gone = row.stopMs.length === 0 ? '' : `, gone ${longest(row.stopMs)}`;
  return `${sent.length}: ${wrong.length === 0 ? '0' : wrong.join(', ')}${took}; ready ${longest(row.readyMs)}${gone}`;
};

/** A line for each scenario, the kinds of pods side by side. */
const markdown = (rows: readonly Row[]): string => {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  const lines = scenarios.map((scenario) => [
    scenario,
    ...columns.map((column) => {
      const row = rows.find((one) => one.scenario === scenario && one.column === column);
      return row === undefined ? '' : inWords(row);
    }),
  ]);
  const head = ['scenario', ...columns];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
};

/** Whether the table goes into proxy/MEASUREMENTS.md: plain Dapr, too, is then given time to finish. */
export const isTableWritten: boolean = process.env['DAPS_WRITE_TABLE'] === '1';

/** Shows what was measured, in columns. */
export const printTable = (rows: readonly Row[]): void => {
  const lines = [header, ...rows.map(cellsOf)];
  const widths = header.map((_, index) => Math.max(...lines.map((cells) => (cells[index] ?? '').length)));
  const text = lines.map((cells) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')).join('\n');
  const note = isTableWritten ? '' : 'plain: what a broker gives out again later counts as lost\n';
  process.stdout.write(`\n${text}\n${note}\n`);
};

const begin = '<!-- e2e -->';
const end = '<!-- /e2e -->';

/** Puts the table into proxy/MEASUREMENTS.md. */
export const writeTable = (rows: readonly Row[]): void => {
  const path = join(root, 'proxy/MEASUREMENTS.md');
  const text = readFileSync(path, 'utf8');
  const [before = '', rest] = text.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined) throw new Error(`proxy/MEASUREMENTS.md has no ${begin} … ${end}`);
  writeFileSync(path, `${before}${begin}\n${markdown(rows)}${end}${after}`);
};
