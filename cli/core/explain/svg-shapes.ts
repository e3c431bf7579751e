/** A number as short as the eye needs it. */
const short = (value: number): string => String(Math.round(value * 10) / 10);

type Attributes = Readonly<Record<string, string | number>>;

const attributesText = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? short(value) : escaped(value)}"`)
    .join('');

/** Text as XML may hold it: the five characters that mean something, and none that it forbids (XML 1.0 §2.2). */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const rect = ({ x, y, width, height }: Box, more: Attributes): string =>
  `<rect${attributesText({ x, y, width: Math.max(width, 0.5), height, ...more })}/>`;

export const line = (x1: number, y1: number, x2: number, y2: number, more: Attributes): string =>
  `<line${attributesText({ x1, y1, x2, y2, ...more })}/>`;

export const label = (x: number, y: number, text: string, more: Attributes): string =>
  `<text${attributesText({ x, y, ...more })}>${escaped(text)}</text>`;

/** A number in a disc. */
export const badge = (x: number, y: number, text: string): string =>
  `<circle${attributesText({ cx: x, cy: y, r: 9, class: 'badge' })}/>${label(x, y + 4, text, { class: 'on-badge', 'font-size': 11, 'font-weight': 700, 'text-anchor': 'middle' })}`;

/** A letter in a triangle. */
export const flag = (x: number, y: number, text: string, kind: 'warning' | 'error'): string =>
  `<path d="M${short(x)} ${short(y - 11)}L${short(x + 11)} ${short(y + 8)}L${short(x - 11)} ${short(y + 8)}z" class="${kind}"/>${label(x, y + 6, text, { class: 'page', 'font-size': 11, 'font-weight': 700, 'text-anchor': 'middle' })}`;

/** How wide a text is at most; fonts differ from machine to machine. */
export const textWidth = (text: string, size: number): number => text.length * size * 0.62;
