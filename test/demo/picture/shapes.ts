/** A number as short as the eye needs it. */
const short = (value: number): string => String(Math.round(value * 10) / 10);

type Attributes = Readonly<Record<string, string | number>>;

const attributesText = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? short(value) : value}"`)
    .join('');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const rect = ({ x, y, width, height }: Box, fill: string, more: Attributes = {}): string =>
  `<rect${attributesText({ x, y, width: Math.max(width, 0.5), height, fill, ...more })}/>`;

export const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, more: Attributes = {}): string =>
  `<line${attributesText({ x1, y1, x2, y2, stroke, ...more })}/>`;

export const label = (x: number, y: number, text: string, fill: string, more: Attributes = {}): string =>
  `<text${attributesText({ x, y, fill, ...more })}>${escaped(text)}</text>`;

/** What was lost. */
export const cross = (x: number, y: number, half: number, stroke: string): string =>
  `<path d="M${short(x - half)} ${short(y - half)}L${short(x + half)} ${short(y + half)}M${short(x - half)} ${short(y + half)}L${short(x + half)} ${short(y - half)}" stroke="${stroke}" stroke-width="2" stroke-linecap="round"/>`;

/** How wide a text is at most; fonts differ from machine to machine. */
export const textWidth = (text: string, size: number): number => text.length * size * 0.6;
