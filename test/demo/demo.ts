import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../support/sources.ts';
import { type Column, type ColumnName, columnNames, isFlawless } from './column.ts';
import { keep } from './picture/kept.ts';
import { svgTimeline } from './picture/svg.ts';
import { realWorld } from './real-world.ts';
import { playRollout, type Watch } from './rollout.ts';
import { standInWorld } from './stand-in/stand-in-world.ts';
import { Stops } from './stops.ts';
import { LiveReport } from './terminal/live.ts';
import { paintFor } from './terminal/paint.ts';
import { closing, heading, opening } from './terminal/prose.ts';
import { table } from './terminal/table.ts';
import { textTimeline } from './terminal/timeline.ts';

export interface DemoOptions {
  readonly isJson: boolean;
  readonly isReal: boolean;
  /** Whether the README's picture becomes the one of this run. */
  readonly isKept: boolean;
}

const picture = join(root, '.demo/timeline.svg');

/** Plays both columns and tells of them; the exit code. */
export const runDemo = async ({ isJson, isReal, isKept }: DemoOptions): Promise<number> => {
  const stops = new Stops();
  const paint = paintFor(process.stdout);
  const write = (text: string): void => {
    if (!isJson && !stops.isStopping) process.stdout.write(text);
  };

  const play = async (name: ColumnName): Promise<Column> => {
    write(heading(name, paint));
    const world = isReal ? await realWorld(name) : await standInWorld();
    stops.add(world.dispose);
    const live = new LiveReport(write, paint, !isJson && process.stdout.isTTY);
    const watch: Watch = (nowMs, pods, sent) => live.show(nowMs, pods, sent);
    try {
      return await playRollout(name, world, stops, watch);
    } finally {
      live.end();
      await world.dispose();
    }
  };

  const columns: Column[] = [];
  try {
    write(opening(isReal, paint));
    for (const name of columnNames) columns.push(await play(name));
  } catch (error) {
    if (stops.isStopping) return 130;
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  if (stops.isStopping) return 130;

  const isProven = columns.every(({ name, score }) => name === 'plain' || isFlawless(score));
  if (isKept && isProven) keep({ columns, isReal });
  if (isJson) {
    process.stdout.write(`${JSON.stringify(Object.fromEntries(columns.map(({ name, score }) => [name, score])))}\n`);
  } else {
    mkdirSync(join(picture, '..'), { recursive: true });
    writeFileSync(picture, svgTimeline(columns, isReal));
    write(textTimeline(columns, paint));
    write(table(columns, paint));
    write(closing(relative(process.cwd(), picture), isProven, paint));
  }
  return isProven ? 0 : 1;
};
