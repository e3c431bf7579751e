import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { printable } from '../printable.ts';
import { layout, type Places, type Stretch } from './layout.ts';
import { letterOf, shortened } from './name-words.ts';
import { badge, escaped, flag, label, line, rect, textWidth } from './svg-shapes.ts';
import type { Lane, LaneId, MomentId, Signal, Span, Timeline, Wait } from './timeline.ts';
import { axisNumber } from './when-words.ts';

/** Width of a picture, and the stretches of its axis. */
export const width = 960;
const side = 20;
const labelEnd = 136;
const start: Stretch = { from: 158, to: 436 };
const stop: Stretch = { from: 446, to: width - side - 22 };
const gap = 34;

const headHeight = 52;
const pitch = 40;
const barHeight = 24;
const footHeight = 30;

/** A part of a picture: what it draws, from a top edge, and how high it is. */
export interface Drawn {
  readonly svg: string;
  readonly height: number;
}

/** The lanes with their spans, who tells whom, and who waits for whom. */
export const drawLanes = (timeline: Timeline, top: number): Drawn => {
  const { lanes, moments } = timeline;
  const places = layout(moments, start, stop, gap);
  const bottom = top + headHeight + lanes.length * pitch;
  const scene: Scene = { timeline, places, top: top + headHeight };
  const drawn = [
    rect(
      { x: side, y: top + headHeight - 8, width: width - 2 * side, height: lanes.length * pitch + 12 },
      { class: 'panel', rx: 6 },
    ),
    sectionHead(start.from - 9, top + 14, 'Start-up', 'not to scale'),
    sectionHead(
      stop.from - 9,
      top + 14,
      'Shutdown',
      'seconds after the deletion; without a number only the order is known',
    ),
    ...moments.map(({ id }) =>
      line(at(scene, id), top + headHeight - 10, at(scene, id), bottom + 4, { class: 'grid', 'stroke-width': 1 }),
    ),
    ...lanes.map((lane) => drawLane(lane, scene)),
    ...arrows(scene),
    ...moments.map(({ id }, index) => badge(at(scene, id), top + headHeight - 20, String(index + 1))),
    ...timeline.findings.map((finding, index) =>
      flag(
        at(scene, finding.at) + flagShift(scene, index),
        middleOf(scene, finding.lane) + 1,
        letterOf(index),
        finding.severity === 'error' ? 'error' : 'warning',
      ),
    ),
    ...axis(scene, bottom + 20),
    arrowLegend(start.from - 9, bottom + 20),
  ];
  return { svg: drawn.join('\n'), height: bottom + footHeight - top };
};

interface Scene {
  readonly timeline: Timeline;
  readonly places: Places;
  /** Where the first lane begins. */
  readonly top: number;
}

const at = ({ places }: Scene, id: MomentId): number => places.get(id) ?? stop.to;

const middleOf = ({ timeline, top }: Scene, lane: LaneId): number =>
  top + timeline.lanes.findIndex(({ id }) => id === lane) * pitch + pitch / 2 - 2;

const sectionHead = (x: number, y: number, title: string, words: string): string =>
  label(x, y, title, { class: 'strong', 'font-size': 13, 'font-weight': 700 }) +
  label(x + textWidth(title, 14) + 8, y, words, { class: 'faint', 'font-size': 11.5 });

const drawLane = (lane: Lane, scene: Scene): string => {
  const middle = middleOf(scene, lane.id);
  const name = shortened(printable(lane.label), 16);
  return [
    label(labelEnd, middle + 4, name, { class: 'strong', 'font-size': 12.5, 'font-weight': 600, 'text-anchor': 'end' }),
    ...(lane.id === 'kubelet'
      ? [line(start.from - 9, middle, stop.to + 12, middle, { class: 'grid', 'stroke-width': 2 })]
      : []),
    ...scene.timeline.spans.filter((span) => span.lane === lane.id).map((span) => drawSpan(span, middle, scene)),
  ].join('');
};

const drawSpan = (span: Span, middle: number, scene: Scene): string => {
  const x = at(scene, span.from);
  const box = { x, y: middle - barHeight / 2, width: at(scene, span.to) - x - 1, height: barHeight };
  const shift = labelShift(scene, span);
  const room = firstFlag(scene, span, x + box.width) - x - shift - 2;
  const words = textWidth(span.words, 11.5) <= room ? span.words : '';
  return `<g><title>${escaped(printable(span.words))}</title>${rect(box, { ...paint(span), rx: 3 })}${
    words === '' ? '' : label(x + shift, middle + 4, words, { class: 'strong', 'font-size': 11.5 })
  }</g>`;
};

const paint = ({ kind, lane }: Span): Readonly<Record<string, string | number>> => {
  switch (kind) {
    case 'works':
      return { class: `works-${lane}` };
    case 'starts':
      return { fill: 'url(#starts)' };
    case 'harms':
      return { fill: 'url(#harms)', class: 'harms-edge' };
    case 'waits':
      return { class: 'waits waits-edge', 'stroke-dasharray': '4 3' };
    case 'holds':
    case 'finishes':
    case 'ends':
      return { class: kind };
    default:
      return unreachable(kind);
  }
};

const arrowPitch = 6;

/** How far behind a moment its arrows reach that cross a lane. */
const arrowsWidth = ({ timeline: { lanes, signals } }: Scene, moment: MomentId, lane: LaneId): number => {
  const rank = (id: LaneId): number => lanes.findIndex((one) => one.id === id);
  const isCrossed = ({ from, to }: Signal): boolean =>
    Math.min(rank(from), rank(to)) <= rank(lane) && rank(lane) <= Math.max(rank(from), rank(to));
  const last = signals.filter(({ at: when }) => when === moment).findLastIndex(isCrossed);
  return arrowPitch * (last + 1);
};

/** Findings of one lane and moment stand beside each other, behind the arrows. */
const flagShift = (scene: Scene, index: number): number => {
  const { findings } = scene.timeline;
  const own = findings[index];
  const before = findings.slice(0, index).filter(({ lane, at: when }) => lane === own?.lane && when === own.at);
  return own === undefined ? 0 : arrowsWidth(scene, own.at, own.lane) + 14 + before.length * 24;
};

/** Where the words of a span begin: behind the arrows and the findings of its first moment. */
const labelShift = (scene: Scene, { lane, from }: Span): number => {
  const flags = scene.timeline.findings.filter((one) => one.lane === lane && one.at === from).length;
  return arrowsWidth(scene, from, lane) + flags * 24 + 5;
};

/** Where the words of a span must end: at its own end, or before a finding within it. */
const firstFlag = (scene: Scene, { lane, from, to }: Span, end: number): number => {
  const inside = scene.timeline.findings.flatMap((finding, index) => {
    const x = at(scene, finding.at);
    const isInside = finding.lane === lane && x > at(scene, from) && x < at(scene, to);
    return isInside ? [x + flagShift(scene, index) - 12] : [];
  });
  return Math.min(end, ...inside);
};

const arrowLegend = (x: number, y: number): string => {
  const words = (left: number, text: string): string => label(left, y, text, { class: 'faint', 'font-size': 11.5 });
  return [
    line(x, y - 4, x + 24, y - 4, { class: 'tells', 'stroke-width': 1.5, 'marker-end': 'url(#head)' }),
    words(x + 30, 'signals'),
    line(x + 82, y - 4, x + 106, y - 4, {
      class: 'waiting',
      'stroke-width': 1.3,
      'stroke-dasharray': '3 2.5',
      'marker-end': 'url(#until)',
    }),
    words(x + 112, 'waits for'),
  ].join('');
};

/** Arrows of one moment stand beside each other. Who waits points at what it waited for, dashed. */
const arrows = (scene: Scene): readonly string[] =>
  scene.timeline.moments.flatMap(({ id }) => {
    const told = scene.timeline.signals.filter((signal) => signal.at === id && signal.from !== signal.to);
    const waited = scene.timeline.waits.filter((wait) => wait.to === id);
    return [
      ...waited.map((wait, index) => waitArrow(wait, at(scene, id) - 5 - index * arrowPitch, scene)),
      ...told.map((signal, index) => signalArrow(signal, at(scene, id) + 4 + index * arrowPitch, scene)),
    ];
  });

const signalArrow = ({ from, to, words }: Signal, x: number, scene: Scene): string => {
  const [y1, y2] = [middleOf(scene, from), middleOf(scene, to)];
  const end = y2 > y1 ? y2 - barHeight / 2 + 5 : y2 + barHeight / 2 - 5;
  return titled(
    `${from} → ${to}: ${words}`,
    line(x, y1, x, end, { class: 'tells', 'stroke-width': 1.5, 'marker-end': 'url(#head)' }),
  );
};

const waitArrow = ({ who, whom, words }: Wait, x: number, scene: Scene): string => {
  const [y1, y2] = [middleOf(scene, who), middleOf(scene, whom)];
  const end = y2 > y1 ? y2 - barHeight / 2 + 5 : y2 + barHeight / 2 - 5;
  return titled(
    `${who} waits for ${whom}: ${words}`,
    line(x, y1, x, end, {
      class: 'waiting',
      'stroke-width': 1.3,
      'stroke-dasharray': '3 2.5',
      'marker-end': 'url(#until)',
    }),
  );
};

const titled = (words: string, drawn: string): string => `<g><title>${escaped(printable(words))}</title>${drawn}</g>`;

const axis = (scene: Scene, y: number): readonly string[] =>
  scene.timeline.moments.flatMap(({ id, section, when }) =>
    section === 'stop' && when.kind !== 'unknown'
      ? [label(at(scene, id), y, axisNumber(when.ms), { class: 'normal', 'font-size': 12, 'text-anchor': 'middle' })]
      : [],
  );
