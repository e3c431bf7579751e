import { printable } from '../printable.ts';
import { type Drawn, drawLanes, width } from './svg-lanes.ts';
import { drawList, drawNotes } from './svg-list.ts';
import { escaped, label, rect } from './svg-shapes.ts';
import { definitions, style } from './svg-theme.ts';
import type { Timeline } from './timeline.ts';
import { numberWords } from './when-words.ts';
import { wrap } from './wrap.ts';

const side = 20;
const panelGap = 36;

/** The timelines as one SVG, one below the other. Text is text, and nothing outside of the file is referred to. */
export const formatSvg = (timelines: readonly Timeline[]): string => {
  let top = 0;
  const panels = timelines.map((timeline) => {
    const { svg, height } = panel(timeline, top);
    top += height + panelGap;
    return svg;
  });
  const height = Math.ceil(Math.max(top - panelGap + side, side));
  const title = timelines.map(titleOf).join('; ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    style(),
    definitions(),
    rect({ x: 0, y: 0, width, height }, { class: 'page' }),
    ...panels,
    '</svg>\n',
  ].join('\n');
};

const titleOf = ({ workload, by }: Timeline): string =>
  printable(`${workload}, ${by === 'daps' ? 'with daps' : 'with plain Dapr'}`);

const panel = (timeline: Timeline, top: number): Drawn => {
  const head = drawHead(timeline, top);
  let below = top + head.height;
  const next = (draw: (timeline: Timeline, top: number) => Drawn, space: number): string => {
    const { svg, height } = draw(timeline, below);
    below += height + (height > 0 ? space : 0);
    return svg;
  };
  const parts = [head.svg, next(drawLanes, 12), next(drawList, 8), next(drawNotes, 0)];
  return { svg: parts.join('\n'), height: below - top };
};

const drawHead = (timeline: Timeline, top: number): Drawn => {
  const told = timeline.numbers.map((number) => `${number.name} ${numberWords(number)}`).join(' · ');
  const lines = wrap(`${printable(timeline.summary)} · ${told}`, 132);
  return {
    svg: [
      label(side, top + 36, titleOf(timeline), { class: 'strong', 'font-size': 19, 'font-weight': 700 }),
      ...lines.map((text, index) => label(side, top + 58 + index * 17, text, { class: 'normal', 'font-size': 12.5 })),
    ].join(''),
    height: 66 + lines.length * 17,
  };
};
