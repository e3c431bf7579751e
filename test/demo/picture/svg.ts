import { type Column, type Score, titles } from '../column.ts';
import { lane, type Scale } from './lane.ts';
import { legend, legendHeight } from './legend.ts';
import { label, line, rect, textWidth } from './shapes.ts';
import { font, ink, message, pattern } from './theme.ts';

const width = 1240;
const left = 120;
const right = 36;
const headHeight = 74;
const panelHead = 40;
const panelGap = 22;
const axisHeight = 22;
const crossMs = 110;

/** Both rollouts on one page and one scale. */
export const svgTimeline = (columns: readonly Column[], isReal: boolean): string => {
  const endMs = Math.max(...columns.map(({ lengthMs }) => lengthMs));
  const scale: Scale = {
    left,
    width: width - left - right,
    endMs,
    crossMs,
    x: (ms) => left + (Math.max(0, ms) / endMs) * (width - left - right),
  };
  let top = headHeight;
  const panels = columns.map((column) => {
    const drawn = panel(column, top, scale);
    top += drawn.height + panelGap;
    return drawn.svg;
  });
  const height = top + legendHeight + 14;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${Math.ceil(height)}" width="${width}" height="${Math.ceil(height)}" font-family="${font}">`,
    `<defs>${pattern}</defs>`,
    rect({ x: 0, y: 0, width, height: Math.ceil(height) }, '#ffffff'),
    label(20, 34, 'Two pods are replaced while 8 messages a second come in', ink.strong, {
      'font-size': 20,
      'font-weight': 700,
    }),
    label(20, 56, subtitle(isReal), ink.normal, { 'font-size': 12.5 }),
    ...panels,
    legend(left, top),
    '</svg>\n',
  ].join('\n');
};

const subtitle = (isReal: boolean): string =>
  `Each message is 1 s of work; the app boots for 2 s with its port open, and exits at once on SIGTERM. ${
    isReal ? 'Real daprd, real RabbitMQ.' : 'Broker and daprd are stand-ins, the daps sidecar is real.'
  }`;

const panel = (column: Column, top: number, scale: Scale): { readonly height: number; readonly svg: string } => {
  const lanes: string[] = [];
  const lanesTop = top + panelHead;
  let y = lanesTop;
  for (const pod of column.pods) {
    if (y > lanesTop) lanes.push(line(20, y - 4, width - right, y - 4, ink.grid));
    const { svg, height } = lane(pod, column.lost, y, { ...scale, endMs: column.lengthMs });
    lanes.push(svg);
    y += height;
  }
  const height = y + axisHeight - top;
  return {
    height,
    svg: [
      rect({ x: 8, y: top, width: width - 16, height }, ink.panel, { rx: 10 }),
      label(20, top + 26, titles[column.name], ink.strong, { 'font-size': 16, 'font-weight': 700 }),
      pills(column.score, top + 10),
      axis(lanesTop, y, scale),
      ...lanes,
    ].join('\n'),
  };
};

const axis = (top: number, bottom: number, { x, endMs }: Scale): string => {
  const ticks = Array.from({ length: Math.floor(endMs / 1000) + 1 }, (_, second) => second);
  return ticks
    .map((second) => {
      const at = x(second * 1000);
      const words =
        second % 2 === 0
          ? label(at, bottom + 13, `${second} s`, ink.faint, { 'font-size': 10, 'text-anchor': 'middle' })
          : '';
      return line(at, top, at, bottom, ink.grid) + words;
    })
    .join('');
};

const harms: readonly (readonly [keyof Score, string])[] = [
  ['beforeReady', 'before ready'],
  ['cut', 'cut'],
  ['doubled', 'doubled'],
  ['lost', 'lost'],
];

/** The score, from the right: red where there is harm, green where there is none. */
const pills = (score: Score, top: number): string => {
  let x = width - right;
  const drawn = harms.map(([key, words]) => {
    const isHarm = score[key] > 0;
    const text = `${score[key]} ${words}`;
    const pillWidth = textWidth(text, 12) + 20;
    x -= pillWidth;
    const box = rect({ x, y: top, width: pillWidth, height: 22 }, isHarm ? message.bad : message.finished, { rx: 11 });
    const caption = label(x + pillWidth / 2, top + 15, text, '#ffffff', {
      'font-size': 12,
      'font-weight': 600,
      'text-anchor': 'middle',
    });
    x -= 8;
    return box + caption;
  });
  const counts = label(x - 4, top + 15, `${score.finished} of ${score.sent} messages finished`, ink.normal, {
    'font-size': 12.5,
    'text-anchor': 'end',
  });
  return `${drawn.join('')}${counts}`;
};
