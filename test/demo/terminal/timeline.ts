import { type Column, titles } from '../column.ts';
import type { PodRecord } from '../record.ts';
import type { Paint, Tone } from './paint.ts';

const binMs = 250;
const nameWidth = 8;
const axisEveryMs = 5000;

type Cell = readonly [tone: Tone, sign: string];

const signs = {
  booting: ['quiet', '░'],
  idle: ['good', '─'],
  working: ['good', '█'],
  leaving: ['notice', '▒'],
  deleted: ['notice', '┃'],
  cut: ['bad', '/'],
  early: ['bad', '×'],
} as const satisfies Record<string, Cell>;
const nothing: Cell = ['plain', ' '];
const signsPerLine = 4;

/** A lane of text for each pod, a sign for a quarter of a second. */
export const textTimeline = (columns: readonly Column[], paint: Paint): string => {
  const bins = Math.ceil(Math.max(...columns.map(({ lengthMs }) => lengthMs)) / binMs);
  const lanes = columns.map(({ name, pods }) => {
    const lines = pods.map((pod) => `  ${pod.name.padEnd(nameWidth)}${lane(pod, bins, paint)}`);
    return `\n  ${paint('strong', titles[name])}\n${lines.join('\n')}\n`;
  });
  return `${lanes.join('')}  ${' '.repeat(nameWidth)}${paint('quiet', axis(bins))}\n\n${legend(paint)}`;
};

const legend = (paint: Paint): string => {
  const items = Object.entries(signs).map(
    ([name, [tone, sign]]) => `${paint(tone, sign)} ${legendWords[name] ?? name}`,
  );
  const lines = [items.slice(0, signsPerLine), items.slice(signsPerLine)];
  return lines.map((line) => `  ${' '.repeat(nameWidth)}${line.join('   ')}\n`).join('');
};

const legendWords: Readonly<Record<string, string>> = {
  leaving: 'app gone, daprd leaving',
  deleted: 'pod deleted',
  early: 'lost: before ready',
};

const lane = (pod: PodRecord, bins: number, paint: Paint): string => {
  const runs: { tone: Tone; text: string }[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const [tone, sign] = cellAt(pod, bin * binMs) ?? nothing;
    const last = runs.at(-1);
    if (last?.tone === tone) last.text += sign;
    else runs.push({ tone, text: sign });
  }
  return runs
    .map(({ tone, text }) => paint(tone, text))
    .join('')
    .trimEnd();
};

/** What matters most in a quarter of a second. */
const cellAt = (pod: PodRecord, fromMs: number): Cell | undefined => {
  const toMs = fromMs + binMs;
  const isIn = (ms: number | undefined): boolean => ms !== undefined && ms >= fromMs && ms < toMs;
  const { messages, app, createdMs, readyMs, deletedMs, goneMs } = pod;
  if (toMs <= createdMs || (goneMs !== undefined && fromMs >= goneMs)) return undefined;
  if (messages.some((one) => one.fate === 'early' && isIn(one.fromMs))) return signs.early;
  if (messages.some((one) => one.fate === 'cut' && isIn(one.toMs))) return signs.cut;
  if (isIn(deletedMs)) return signs.deleted;
  if (readyMs === undefined || toMs <= readyMs) return signs.booting;
  if (app?.toMs !== undefined && fromMs >= app.toMs) return signs.leaving;
  const isWorking = messages.some(
    (one) => one.fate !== 'handed-back' && one.fate !== 'early' && one.fromMs < toMs && (one.toMs ?? toMs) > fromMs,
  );
  return isWorking ? signs.working : signs.idle;
};

const axis = (bins: number): string => {
  let line = '';
  for (let ms = 0; ms < bins * binMs; ms += axisEveryMs) line = `${line.padEnd(ms / binMs)}${ms / 1000} s`;
  return line;
};
