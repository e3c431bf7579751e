import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/sources.ts';
import type { Column } from '../column.ts';
import { svgTimeline } from './svg.ts';

/** A run of the demo that is kept so that its picture can be drawn again. */
export interface KeptRun {
  readonly columns: readonly Column[];
  readonly isReal: boolean;
}

const folder = join(root, 'fixtures/demo');
const runFile = join(folder, 'rollout.json');

/** The picture that README.md shows. */
export const pictureFile = 'fixtures/demo/rollout.svg';

/** Replaces the kept run and its picture. */
export const keep = (run: KeptRun): void => {
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(run, (_, value: unknown) => (value instanceof Set ? [...value] : value), 1);
  writeFileSync(runFile, `${text}\n`);
  writeFileSync(join(root, pictureFile), drawn(run));
};

/** Draws a run. */
export const drawn = ({ columns, isReal }: KeptRun): string => svgTimeline(columns, isReal);

/** Reads the kept run. */
export const keptRun = (): KeptRun => {
  const run = JSON.parse(readFileSync(runFile, 'utf8')) as KeptRun;
  return { ...run, columns: run.columns.map((column) => ({ ...column, lost: new Set(column.lost) })) };
};
