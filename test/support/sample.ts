import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { root } from './sources.ts';

/** Whether every test runs whole (`npm run test:full`), or the long ones in a sample. */
export const isFull: boolean = process.env['DAPS_FULL'] === '1';

/** The commit, so that each one tries another sample; outside a repository the minute. */
const usualSeed = (): string => {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short=10', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : String(Math.floor(Date.now() / 60_000));
};

/** Decides every choice that tests make by chance. `DAPS_SAMPLE=<seed>` repeats a run. */
export const sampleSeed: string = process.env['DAPS_SAMPLE'] ?? usualSeed();

/** What makes a failure happen again: the variables to put before a command. */
export const variablesOf = (isWhole: boolean): string => `DAPS_SAMPLE=${sampleSeed}${isWhole ? ' DAPS_FULL=1' : ''}`;
export const repeatWith: string = variablesOf(isFull);

/** A 31-bit number from the seed and a name (FNV-1a, 32 bits), so that suites do not share their chances. */
export const seedFor = (name: string, seed = sampleSeed): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed} ${name}`)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash & 0x7fffffff;
};

/** How often a random test runs: often in a full run, less in any other. The variable, where it is set, decides. */
export const runsOf = (variable: string, usual: number, full: number): number =>
  Number(process.env[variable] ?? (isFull ? full : usual));

/** Puts items in an order that only the seed decides. */
const shuffled = <T>(items: readonly T[], nameOf: (item: T) => string, seed: string): readonly T[] =>
  items
    .map((item) => ({ item, rank: seedFor(nameOf(item), seed) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);

/** What a sample is taken from. */
export interface Population<T> {
  readonly items: readonly T[];
  readonly nameOf: (item: T) => string;
  /** Every kind an item is of: the sample has at least one item of each kind. */
  readonly kindsOf: (item: T) => readonly string[];
  /** How many items a sample has at least; as few as the kinds need, where nothing is said. */
  readonly atLeast?: number;
}

/**
 * The items that run: all of them in a full run, otherwise a sample in which every kind is there. Each choice takes the
 * item with the most kinds that are still missing, the first in the seed's order where several have as many. The order
 * of the items stays.
 */
export const sampleOf = <T>(
  { items, nameOf, kindsOf, atLeast = 0 }: Population<T>,
  { seed = sampleSeed, isWhole = isFull } = {},
): readonly T[] => {
  if (isWhole) return items;
  const order = shuffled(items, nameOf, seed);
  const missing = new Set(items.flatMap(kindsOf));
  const newKinds = (item: T): number => new Set(kindsOf(item).filter((kind) => missing.has(kind))).size;
  const chosen = new Set<T>();
  while (missing.size > 0) {
    const best = order.reduce((a, b) => (newKinds(b) > newKinds(a) ? b : a));
    chosen.add(best);
    for (const kind of kindsOf(best)) missing.delete(kind);
  }
  for (const item of order) if (chosen.size < atLeast) chosen.add(item);
  return items.filter((item) => chosen.has(item));
};
