/** What is left to change in a text of which everything known was undone, so that it is the text it was made from. */
export interface Correction {
  /** The fingerprint of the text it belongs to: in any other the offsets would mean nothing. */
  readonly of: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The one replacement that makes `to` of `from`; undefined where they are the same. */
export const correctionBetween = (from: string, to: string): Correction | undefined => {
  if (from === to) return undefined;
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail += 1;
  return {
    of: fingerprint(from),
    start,
    end: from.length - tail,
    text: to.slice(start, to.length - tail),
  };
};

/** The text corrected; as it is where it is another text than the one the correction was made for. */
export const correct = (text: string, { of, start, end, text: replacement }: Correction): string =>
  fingerprint(text) === of ? text.slice(0, start) + replacement + text.slice(end) : text;

/** Tells texts apart that somebody has edited; no protection against anybody who wants two to be alike. FNV-1a, twice. */
const fingerprint = (text: string): string => {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995);
  }
  return [text.length, low >>> 0, high >>> 0].map((part) => part.toString(16)).join('-');
};
