import type { PodRecord } from '../record.ts';
import { type Placed, placed } from './rows.ts';
import { cross, label, line, rect, textWidth } from './shapes.ts';
import { badZone, band, message as colours, ink, phaseFill } from './theme.ts';

/** Where times are on the page. */
export interface Scale {
  readonly left: number;
  readonly width: number;
  readonly x: (ms: number) => number;
  /** Where ends what had not ended. */
  readonly endMs: number;
  /** Time that a cross takes. */
  readonly crossMs: number;
}

const flagHeight = 18;
const bandHeight = 13;
const bandPitch = 15;
const rowPitch = 8;
const barHeight = 5.5;
const footHeight = 12;

export interface Lane {
  readonly height: number;
  readonly svg: string;
}

/** One pod: bands for what its containers were doing, and a bar for each message. */
export const lane = (pod: PodRecord, lost: ReadonlySet<string>, top: number, scale: Scale): Lane => {
  const bands = bandsOf(pod, scale.endMs);
  const messages = placed(pod.messages, scale.endMs, scale.crossMs);
  const rowCount = Math.max(1, ...messages.map(({ row }) => row + 1));
  const bandsTop = top + flagHeight;
  const rowsTop = bandsTop + bands.length * bandPitch + 4;
  const bottom = rowsTop + rowCount * rowPitch;
  const drawn = [
    earlyZone(pod, rowsTop - 2, bottom, scale),
    label(20, bandsTop + 11, pod.name, ink.strong, { 'font-size': 13, 'font-weight': 600 }),
    ...bands.map((one, index) => drawBand(one, bandsTop + index * bandPitch, scale)),
    ...messages.map((one) => drawMessage(one, lost, rowsTop, scale)),
    flags(pod, top, bottom, scale),
  ];
  return { height: bottom - top + footHeight, svg: drawn.join('\n') };
};

interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fill: string;
  readonly words: string;
}

interface Band {
  readonly name: string;
  readonly segments: readonly Segment[];
}

const bandsOf = ({ app, daprd, readyMs, foundMs, phases, goneMs }: PodRecord, endMs: number): readonly Band[] => {
  const life = (span: PodRecord['app'], turnMs: number | undefined): readonly [number, number, number] => {
    const toMs = span?.toMs ?? endMs;
    return [span?.fromMs ?? toMs, Math.min(turnMs ?? toMs, toMs), toMs];
  };
  const [appMs, appTurnMs, appEndMs] = life(app, readyMs);
  const [daprdMs, daprdTurnMs, daprdEndMs] = life(daprd, foundMs);
  const phaseSegments = phases.map(({ phase, fromMs }, index) => ({
    fromMs,
    toMs: phases[index + 1]?.fromMs ?? goneMs ?? endMs,
    fill: phaseFill[phase] ?? ink.grid,
    words: phase,
  }));
  return [
    {
      name: 'app',
      segments: [
        { fromMs: appMs, toMs: appTurnMs, fill: band.booting, words: 'boots' },
        { fromMs: appTurnMs, toMs: appEndMs, fill: band.ready, words: 'ready' },
      ],
    },
    ...(phases.length === 0 ? [] : [{ name: 'daps', segments: phaseSegments }]),
    {
      name: 'daprd',
      segments: [
        { fromMs: daprdMs, toMs: daprdTurnMs, fill: band.looking, words: 'looks for the app' },
        { fromMs: daprdTurnMs, toMs: daprdEndMs, fill: band.delivering, words: 'delivers' },
      ],
    },
  ];
};

const drawBand = ({ name, segments }: Band, y: number, { left, x }: Scale): string =>
  [
    label(left - 10, y + 10, name, ink.faint, { 'font-size': 10, 'text-anchor': 'end' }),
    ...segments
      .filter(({ fromMs, toMs }) => toMs > fromMs)
      .map(({ fromMs, toMs, fill, words }) => {
        const box = { x: x(fromMs), y, width: x(toMs) - x(fromMs) - 1, height: bandHeight };
        const fits = textWidth(words, 9.5) + 8 < box.width;
        return (
          rect(box, fill, { rx: 2 }) + (fits ? label(box.x + 5, y + 10, words, ink.normal, { 'font-size': 9.5 }) : '')
        );
      }),
  ].join('');

const drawMessage = (
  { message, row }: Placed,
  lost: ReadonlySet<string>,
  rowsTop: number,
  { x, endMs }: Scale,
): string => {
  const { id, fate, fromMs, toMs = endMs } = message;
  const y = rowsTop + row * rowPitch;
  const middle = y + barHeight / 2;
  const box = { x: x(fromMs), y, width: x(toMs) - x(fromMs), height: barHeight };
  const titled = (drawn: string): string => `<g><title>${id}: ${fate}</title>${drawn}</g>`;
  switch (fate) {
    case 'early':
      return titled(cross(x(fromMs), middle, 3.2, colours.bad));
    case 'handed-back':
      return titled(rect(box, colours.held, { rx: 2, stroke: colours.heldEdge, 'stroke-dasharray': '3 2' }));
    case 'cut': {
      const end = lost.has(id) ? cross(box.x + box.width + 6, middle, 3.2, colours.bad) : '';
      return titled(rect(box, colours.bad, { rx: 1 }) + end);
    }
    default:
      return titled(rect(box, colours.finished, { rx: 2, opacity: fate === 'working' ? 0.4 : 1 }));
  }
};

/** Deliveries to an app that is not ready. */
const earlyZone = ({ foundMs, readyMs, messages }: PodRecord, top: number, bottom: number, { x }: Scale): string => {
  const early = messages.filter(({ fate }) => fate === 'early').length;
  if (foundMs === undefined || readyMs === undefined || early === 0) return '';
  return rect({ x: x(foundMs), y: top, width: x(readyMs) - x(foundMs), height: bottom - top }, badZone, { rx: 3 });
};

const flags = (pod: PodRecord, top: number, bottom: number, { x }: Scale): string => {
  const { deletedMs, foundMs, messages } = pod;
  const count = (fate: string): number => messages.filter((one) => one.fate === fate).length;
  const small = { 'font-size': 10.5, 'font-weight': 600 };
  const early = count('early');
  const earlyFlag =
    early === 0 || foundMs === undefined
      ? ''
      : label(x(foundMs), top + 12, `${early} before ready: lost`, colours.bad, small);
  if (deletedMs === undefined) return earlyFlag;
  const at = x(deletedMs);
  const [cut, held] = [count('cut'), count('handed-back')];
  const outcome =
    cut > 0 ? [`· ${cut} cut`, colours.bad] : held > 0 ? [`· ${held} handed to other pods`, ink.normal] : ['', ''];
  return [
    earlyFlag,
    line(at, top + 3, at, bottom, ink.strong, { 'stroke-width': 1.4 }),
    `<path d="M${at} ${top + 3}l7 4l-7 4z" fill="${ink.strong}"/>`,
    `<text x="${at + 11}" y="${top + 12}" font-size="10.5" font-weight="600" fill="${ink.strong}">deleted<tspan dx="5" fill="${outcome[1]}">${outcome[0]}</tspan></text>`,
  ].join('');
};
