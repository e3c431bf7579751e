import type { Ledger } from '../support/scenario/ledger.ts';
import type { PodRecord } from './record.ts';

/** The table has a column for each. */
export const columnNames = ['plain', 'daps'] as const;
export type ColumnName = (typeof columnNames)[number];

export const titles: Readonly<Record<ColumnName, string>> = { plain: 'plain Dapr', daps: 'Dapr with daps' };

/** One rollout, as it was. */
export interface Column {
  readonly name: ColumnName;
  readonly score: Score;
  readonly lost: ReadonlySet<string>;
  readonly pods: readonly PodRecord[];
  readonly lengthMs: number;
}

/** What became of the messages. */
export interface Score {
  readonly sent: number;
  readonly finished: number;
  readonly lost: number;
  readonly doubled: number;
  readonly cut: number;
  readonly beforeReady: number;
}

export const scoreOf = ({ sent, finished, lost, doubled, cut, early }: Ledger): Score => ({
  sent: sent.length,
  finished: finished.length,
  lost: lost.length,
  doubled: doubled.length,
  cut: cut.length,
  beforeReady: early.length,
});

export const isFlawless = ({ sent, finished, lost, doubled, cut, beforeReady }: Score): boolean =>
  sent > 0 && finished === sent && lost + doubled + cut + beforeReady === 0;
