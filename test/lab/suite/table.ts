import type { Calls } from '../caller.ts';
import type { Cell } from './play.ts';

const seconds = (ms: number): string => (Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : '–');
const most = (numbers: readonly number[]): number => Math.max(...numbers);

const failedOf = (one: Calls | undefined): string => (one === undefined ? '–' : `${one.failedCount} of ${one.made}`);
const slowest = (one: Calls | undefined): number => one?.slowest[0]?.tookMs ?? Number.NEGATIVE_INFINITY;

const header = [
  'what happens',
  'work',
  'pods',
  'replaced',
  'apps restarted',
  'sent',
  'lost',
  'doubled',
  'cut',
  'unready',
  'failed calls by Dapr',
  'by Service',
  'longest call',
  'longest time to ready',
  'longest hand-over',
  'longest termination',
] as const;

const line = ({ row, workload, column, ledger, calls, terminations, readyMs, restarts }: Cell): readonly string[] => [
  row.name,
  workload.name,
  column,
  String(terminations.length),
  String(restarts),
  String(ledger.sent.length),
  String(ledger.lost.length),
  String(ledger.doubled.length),
  String(ledger.cut.length),
  String(ledger.early.length),
  failedOf(calls?.invocations),
  failedOf(calls?.requests),
  seconds(most([slowest(calls?.invocations), slowest(calls?.requests)])),
  seconds(most(readyMs)),
  seconds(ledger.handOver.longest),
  seconds(most(terminations.map(({ tookMs }) => tookMs))),
];

const markdown = (lines: readonly (readonly string[])[]): string =>
  lines.map((columns) => `| ${columns.join(' | ')} |\n`).join('');

const sum = (cells: readonly Cell[], count: (cell: Cell) => number): number =>
  cells.reduce((total, cell) => total + count(cell), 0);

const failedCalls = ({ calls }: Cell): number =>
  (calls?.invocations.failedCount ?? 0) + (calls?.requests.failedCount ?? 0);
const allCalls = ({ calls }: Cell): number => (calls?.invocations.made ?? 0) + (calls?.requests.made ?? 0);

/** The README's table: a line for each row and kind of pods, all kinds of work together. */
export const summaryOf = (cells: readonly Cell[]): string => {
  const names = new Set(cells.map(({ row, column }) => `${row.name} ${column}`));
  const groups = [...names].map((name) => cells.filter(({ row, column }) => `${row.name} ${column}` === name));
  const lines = groups.map((group) => [
    group[0]?.row.name ?? '',
    group[0]?.column ?? '',
    String(sum(group, ({ terminations }) => terminations.length)),
    String(sum(group, ({ ledger }) => ledger.sent.length)),
    String(sum(group, ({ ledger }) => ledger.lost.length)),
    String(sum(group, ({ ledger }) => ledger.doubled.length)),
    String(sum(group, ({ ledger }) => ledger.cut.length)),
    sum(group, allCalls) === 0 ? '–' : `${sum(group, failedCalls)} of ${sum(group, allCalls)}`,
  ]);
  const head = ['what happens', 'pods', 'replaced', 'messages', 'lost', 'doubled', 'cut', 'failed calls'];
  return markdown([head, head.map(() => '---'), ...lines]);
};

/** One table in Markdown: every row, plain Dapr beside daps. */
export const tableOf = (cells: readonly Cell[]): string =>
  markdown([header, header.map(() => '---'), ...cells.map(line)]);
