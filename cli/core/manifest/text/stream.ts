import { splitJson } from './json-stream.ts';
import type { Slice } from './slice.ts';

/** Lines as kubectl's reader has them, which know LF only (apimachinery yaml/decoder.go `LineReader`). */
const markerPattern = /(?<![^\n])(?:---|\.\.\.)(?=[ \t\r\n]|$)/g;

/**
 * Cuts a stream into documents: at every `---` in column 0 (YAML 1.2.2 §9.1.4: inside a block scalar it is content
 * only when indented), after every `...`, and between JSON values that follow one another. The slices cover the whole
 * input, so that joining them gives it back.
 */
export const splitStream = (text: string): readonly Slice[] => {
  const json = splitJson(text);
  return json ?? splitYaml(text);
};

const splitYaml = (text: string): readonly Slice[] => {
  const slices: Slice[] = [];
  let start = 0;
  let hasMarker = false;
  const cut = (at: number): void => {
    if (at > start) slices.push({ start, end: at });
    start = at;
  };
  for (const match of text.matchAll(markerPattern)) {
    const at = match.index;
    if (at < start) continue;
    if (match[0] === '...') {
      cut(nextLine(text, at));
      hasMarker = false;
    } else {
      if (hasMarker || !startsWithDirective(text, start, at)) cut(at);
      hasMarker = true;
    }
  }
  cut(text.length);
  return slices.flatMap((slice) => splitNested(text, slice));
};

/** `%YAML 1.1` belongs to the `---` that follows it, and to no later one. Blank lines and comments may stand before it. */
const startsWithDirective = (text: string, start: number, end: number): boolean => {
  let at = text[start] === '\uFEFF' ? start + 1 : start;
  while (at < end && text[at] !== '%') {
    const first = skipBlanks(text, at);
    if (!/[#\r\n]/.test(text[first] ?? '')) return false;
    at = nextLine(text, first);
  }
  return at < end;
};

const skipBlanks = (text: string, from: number): number => {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
};

const nextLine = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
};

/** JSON documents may stand between `---` lines too, several in a row. */
const splitNested = (text: string, slice: Slice): readonly Slice[] => {
  if (!/^(?:---)?\s*[{[]/.test(text.slice(slice.start, slice.start + 64))) return [slice];
  return splitJson(text, slice) ?? [slice];
};
