/** Where the lines of a text begin and end. */
export interface Lines {
  /** Where the line of an offset begins. A byte order mark is no column. */
  readonly startOf: (at: number) => number;
  /** Where the line of an offset ends, before its line end. */
  readonly endOf: (at: number) => number;
  /** Where the next line begins; the text's end where there is none. */
  readonly nextAfter: (at: number) => number;
  /** Whether an offset is the first thing on its line, indentation apart. */
  readonly isFirstOn: (at: number) => boolean;
}

/** The line ends of YAML 1.1, CR CR LF as kubectl's reader of lines takes it (go-yaml/cursor.ts `lineBreak`). */
const lineEnd = /\r{0,2}\n|[\r\u0085\u2028\u2029]/g;

export const hasLineEnd = (text: string): boolean => /[\n\r\u0085\u2028\u2029]/.test(text);

/** A carriage return that ends a line by itself. */
export const hasLoneReturn = (text: string): boolean => /\r(?!\r?\n)/.test(text);

/** A line end of YAML 1.1 that YAML 1.2 does not know. */
export const hasOldLineEnd = (text: string): boolean => hasLoneReturn(text) || /[\u0085\u2028\u2029]/.test(text);

/** Counts the lines once, when the first is asked for. */
export const linesOf = (text: string): Lines => {
  let known: { readonly starts: readonly number[]; readonly ends: readonly number[] } | undefined;
  const lineOf = (at: number): { readonly start: number; readonly end: number; readonly next: number } => {
    known ??= split(text);
    const line = lastAtMost(known.starts, at);
    return {
      start: known.starts[line] ?? 0,
      end: known.ends[line] ?? text.length,
      next: known.starts[line + 1] ?? text.length,
    };
  };
  const startOf = (at: number): number => {
    const { start } = lineOf(at);
    return text[start] === '\ufeff' && at > start ? start + 1 : start;
  };
  return {
    startOf,
    endOf: (at) => Math.max(at, lineOf(at).end),
    nextAfter: (at) => lineOf(at).next,
    isFirstOn: (at) => /^ *$/.test(text.slice(startOf(at), at)),
  };
};

const split = (text: string): { readonly starts: readonly number[]; readonly ends: readonly number[] } => {
  const starts = [0];
  const ends: number[] = [];
  for (const { index, 0: found } of text.matchAll(lineEnd)) {
    ends.push(index);
    starts.push(index + found.length);
  }
  return { starts, ends };
};

/** The index of the last number that is not above `limit`. */
export const lastAtMost = (sorted: readonly number[], limit: number): number => {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
};
