import { printable } from '../printable.ts';
import { letterOf } from './name-words.ts';
import { type Drawn, width } from './svg-lanes.ts';
import { badge, flag, label } from './svg-shapes.ts';
import { labelOf, type Moment, type Timeline } from './timeline.ts';
import { whenWords } from './when-words.ts';
import { wrap } from './wrap.ts';

const size = 12.5;
const lineHeight = 17;
const charWidth = size * 0.56;
const side = 20;
const columnWidth = (width - 2 * side - 24) / 2;
const textLeft = 26;

/** What happens at each moment, start-up beside shutdown, and who waits for whom. */
export const drawList = (timeline: Timeline, top: number): Drawn => {
  const columns = [['start', 'run'], ['stop']].map((sections, index) =>
    column(timeline, sections, { x: side + index * (columnWidth + 24), y: top }),
  );
  return {
    svg: columns.map(({ svg }) => svg).join('\n'),
    height: Math.max(...columns.map(({ height }) => height)),
  };
};

interface Corner {
  readonly x: number;
  readonly y: number;
}

const column = (timeline: Timeline, sections: readonly string[], { x, y }: Corner): Drawn => {
  const parts: string[] = [];
  let below = y;
  const add = ({ svg, height }: Drawn): void => {
    parts.push(svg);
    below += height;
  };
  timeline.moments.forEach((moment, index) => {
    if (sections.includes(moment.section)) add(drawMoment(timeline, moment, index, { x, y: below }));
  });
  const waits = timeline.waits.filter(({ to }) =>
    timeline.moments.some(({ id, section }) => id === to && sections.includes(section)),
  );
  if (waits.length > 0) add(heading('Who waits for whom', { x, y: below + 6 }));
  for (const { who, whom, words } of waits)
    add(
      lines(
        `${labelOf(timeline, who)} for ${labelOf(timeline, whom)}: ${words}`,
        'normal',
        { x: x + textLeft, y: below },
        columnWidth - textLeft,
      ),
    );
  return { svg: parts.join(''), height: below - y };
};

const drawMoment = (timeline: Timeline, moment: Moment, index: number, { x, y }: Corner): Drawn => {
  const when = whenWords(moment.when);
  const head = lines(
    `${when === '' ? '' : `${when}: `}${moment.words}`,
    'strong',
    { x: x + textLeft, y },
    columnWidth - textLeft,
  );
  let below = y + head.height;
  const signals = timeline.signals
    .filter(({ at }) => at === moment.id)
    .map(({ from, to, words }) => {
      const text = `${labelOf(timeline, from)} → ${labelOf(timeline, to)}: ${words}`;
      const drawn = lines(text, 'normal', { x: x + textLeft + 8, y: below }, columnWidth - textLeft - 8);
      below += drawn.height;
      return drawn.svg;
    });
  return { svg: badge(x + 9, y + 9, String(index + 1)) + head.svg + signals.join(''), height: below - y + 5 };
};

const heading = (text: string, { x, y }: Corner): Drawn => ({
  svg: label(x, y + 13, text, { class: 'strong', 'font-size': size, 'font-weight': 700 }),
  height: lineHeight + 8,
});

const lines = (text: string, tone: 'strong' | 'normal', { x, y }: Corner, room: number): Drawn => {
  const wrapped = wrap(printable(text), Math.floor(room / charWidth));
  return {
    svg: wrapped
      .map((one, index) => label(x, y + 13 + index * lineHeight, one, { class: tone, 'font-size': size }))
      .join(''),
    height: wrapped.length * lineHeight,
  };
};

/** Findings, and what else there is to know, over the whole width. */
export const drawNotes = ({ findings, notes }: Timeline, top: number): Drawn => {
  const room = width - 2 * side - textLeft;
  const parts: string[] = [];
  let below = top;
  for (const [index, { id, severity, field, message }] of findings.entries()) {
    const text = `${severity}[${id}]${field === undefined ? '' : ` ${field}`}: ${message}`;
    const drawn = lines(text, 'strong', { x: side + textLeft, y: below }, room);
    parts.push(flag(side + 9, below + 11, letterOf(index), severity === 'error' ? 'error' : 'warning') + drawn.svg);
    below += drawn.height + 8;
  }
  for (const note of notes) {
    const drawn = lines(note, 'normal', { x: side, y: below }, room + textLeft);
    parts.push(drawn.svg);
    below += drawn.height + 4;
  }
  return { svg: parts.join('\n'), height: below - top };
};
