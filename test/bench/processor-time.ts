import { readFileSync } from 'node:fs';

export interface ProcessorTime {
  readonly total: number;
  /** Asked for by this machine and given to another one on the same host. */
  readonly stolen: number;
}

/** What the processors did since the machine started, in ticks (proc_stat(5): steal is the eighth column). */
export const processorTime = (): ProcessorTime => {
  const [, ...columns] = (readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '').split(/\s+/);
  const ticks = columns.slice(0, 8).map(Number);
  return { total: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
};

/** How much of all processor time others were given between two moments, 0 to 1. */
export const stolenShare = (from: ProcessorTime, to: ProcessorTime): number =>
  (to.stolen - from.stolen) / Math.max(1, to.total - from.total);
