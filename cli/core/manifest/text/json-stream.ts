import type { Slice } from './slice.ts';

/**
 * Cuts a text that holds only JSON values (one, NDJSON, or several printed one after the other) into one slice a
 * value. Undefined where the text is not that: flow-style YAML with comments or single quotes stays a YAML document.
 */
export const splitJson = (
  text: string,
  within: Slice = { start: 0, end: text.length },
): readonly Slice[] | undefined => {
  const slices: Slice[] = [];
  let start = within.start;
  let at = skipBlank(text, skipMarker(text, within), within.end);
  while (at < within.end) {
    const end = valueEnd(text, at, within.end);
    if (end === undefined || !isJson(text.slice(at, end))) return undefined;
    at = skipBlank(text, end, within.end);
    const cut = at >= within.end ? within.end : nextLineOr(text, end, at);
    slices.push({ start, end: cut });
    start = cut;
  }
  return slices.length === 0 ? undefined : slices;
};

const skipMarker = (text: string, within: Slice): number => {
  const from = text.charCodeAt(within.start) === 0xfeff ? within.start + 1 : within.start;
  return text.startsWith('---', from) ? from + 3 : from;
};

const skipBlank = (text: string, from: number, end: number): number => {
  let at = from;
  while (at < end && /\s/.test(text.charAt(at))) at += 1;
  return at;
};

/** The cut between two values: after the first one's line where the second stands on another, else before the second. */
const nextLineOr = (text: string, end: number, next: number): number => {
  const newline = text.indexOf('\n', end);
  return newline >= 0 && newline < next ? newline + 1 : next;
};

/** The offset after the value that opens at `at`; brackets inside strings do not count. */
const valueEnd = (text: string, at: number, end: number): number | undefined => {
  if (text[at] !== '{' && text[at] !== '[') return undefined;
  const token = /["[\]{}]/g;
  token.lastIndex = at;
  let depth = 0;
  for (let match = token.exec(text); match !== null && match.index < end; match = token.exec(text)) {
    const [found] = match;
    if (found === '"') {
      const close = stringEnd(text, match.index, end);
      if (close === undefined) return undefined;
      token.lastIndex = close;
    } else {
      depth += found === '{' || found === '[' ? 1 : -1;
      if (depth === 0) return match.index + 1;
    }
  }
  return undefined;
};

const stringEnd = (text: string, open: number, end: number): number | undefined => {
  let at = open + 1;
  while (at < end) {
    const close = text.indexOf('"', at);
    if (close < 0 || close >= end) return undefined;
    let slashes = 0;
    while (text[close - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return close + 1;
    at = close + 1;
  }
  return undefined;
};

/** Whether a document, its `---` apart, is one JSON value. */
export const isJsonDocument = (text: string): boolean => {
  const body = text.slice(skipMarker(text, { start: 0, end: text.length })).trim();
  return /^[{[]/.test(body) && isJson(body);
};

/** Whether a text is one JSON value. */
export const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
