import { cross, label, line, rect, textWidth } from './shapes.ts';
import { band, ink, message, phaseFill } from './theme.ts';

type Sign = (x: number, y: number) => string;

const signWidth = 26;
const gap = 22;
const size = 11;
const rowHeight = 20;

const bar =
  (fill: string, more: Readonly<Record<string, string | number>> = {}): Sign =>
  (x, y) =>
    rect({ x, y: y - 7, width: signWidth, height: 6 }, fill, { rx: 2, ...more });
const block =
  (fill: string): Sign =>
  (x, y) =>
    rect({ x, y: y - 10, width: signWidth, height: 12 }, fill, { rx: 2 });

const rows: readonly (readonly (readonly [Sign, string])[])[] = [
  [
    [bar(message.finished), 'message, finished'],
    [bar(message.bad), 'cut in mid-work, begun again elsewhere'],
    [(x, y) => cross(x + signWidth / 2, y - 4, 3.5, message.bad), 'lost: no pod gets it'],
    [bar(message.held, { stroke: message.heldEdge, 'stroke-dasharray': '3 2' }), 'held, then handed to another pod'],
    [
      (x, y) => line(x + signWidth / 2, y - 11, x + signWidth / 2, y + 2, ink.strong, { 'stroke-width': 1.4 }),
      'pod deleted',
    ],
  ],
  [
    [block(band.booting), 'app boots: listens, answers 404'],
    [block(phaseFill['waiting'] ?? ''), 'daps: gate closed'],
    [block(phaseFill['open'] ?? ''), 'open'],
    [block(phaseFill['lingering'] ?? ''), 'app works on'],
    [block(phaseFill['draining'] ?? ''), 'app finishes, new messages held'],
    [block(phaseFill['drained'] ?? ''), 'app may go, then daprd is ended'],
  ],
];

export const legendHeight = rows.length * rowHeight;

export const legend = (left: number, top: number): string =>
  rows
    .flatMap((row, index) => {
      let x = left;
      return row.map(([sign, words]) => {
        const y = top + index * rowHeight + 12;
        const drawn = sign(x, y) + label(x + signWidth + 7, y, words, ink.normal, { 'font-size': size });
        x += signWidth + 7 + textWidth(words, size) * 0.93 + gap;
        return drawn;
      });
    })
    .join('\n');
