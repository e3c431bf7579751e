import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from './ledger.ts';
import type { Column } from './scenario.ts';
import { root } from './sources.ts';

/** One scenario played with one kind of pods. */
export interface Row {
  readonly scenario: string;
  readonly column: Column;
  readonly ledger: Ledger;
}

const seconds = (ms: number): string => (Number.isNaN(ms) ? '–' : `${(ms / 1000).toFixed(1)} s`);

const cellsOf = ({ scenario, column, ledger }: Row): readonly string[] => [
  scenario,
  column,
  String(ledger.sent.length),
  String(ledger.lost.length),
  String(ledger.doubled.length),
  String(ledger.cut.length),
  String(ledger.early.length),
  `${seconds(ledger.handOver.p50)} / ${seconds(ledger.handOver.p99)}`,
];

const header = ['scenario', 'pods', 'sent', 'lost', 'doubled', 'cut', 'unready', 'hand-over p50 / p99'];

const markdown = (rows: readonly Row[]): string =>
  [header, header.map(() => '---'), ...rows.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |\n`).join('');

/** Shows what was measured, in columns. */
export const printTable = (rows: readonly Row[]): void => {
  const lines = [header, ...rows.map(cellsOf)];
  const widths = header.map((_, index) => Math.max(...lines.map((cells) => (cells[index] ?? '').length)));
  const text = lines.map((cells) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')).join('\n');
  process.stdout.write(`\n${text}\n\n`);
};

const begin = '<!-- e2e -->';
const end = '<!-- /e2e -->';

/** Puts the table into proxy/README.md. */
export const writeTable = (rows: readonly Row[]): void => {
  const path = join(root, 'proxy/README.md');
  const text = readFileSync(path, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  const [, after = ''] = rest.split(end);
  writeFileSync(path, `${before}${begin}\n${markdown(rows)}${end}${after}`);
};
