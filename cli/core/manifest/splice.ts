/** A change of text: [start, end) becomes `text`. Offsets are those of the text before any change. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of lines that are added at one place the more indented come first: they belong to what stands before. */
  readonly column?: number;
}

/** Applies edits that do not overlap; insertions at one place keep their order. */
export const applyEdits = (text: string, edits: readonly Edit[]): string => {
  const sorted = edits
    .map((edit, index) => ({ edit, index }))
    .sort(
      (a, b) =>
        a.edit.start - b.edit.start ||
        a.edit.end - b.edit.end ||
        (b.edit.column ?? 0) - (a.edit.column ?? 0) ||
        a.index - b.index,
    );
  const parts: string[] = [];
  let at = 0;
  for (const { edit } of sorted) {
    if (edit.start < at) throw new Error(`edits overlap at offset ${edit.start}`);
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
};

/** A byte order mark is no column. */
export const lineStart = (text: string, at: number): number => {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return text[start] === '\ufeff' && at > start ? start + 1 : start;
};

/** The end of the line an offset is on, before its line end. */
export const lineEnd = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at);
  if (newline < 0) return text.length;
  return newline > at && text[newline - 1] === '\r' ? newline - 1 : newline;
};

/** Where the next line starts; the text's end where there is none. */
export const nextLineStart = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
};

/** Whether an offset is the first thing on its line, indentation apart. */
export const isFirstOnLine = (text: string, at: number): boolean => /^ *$/.test(text.slice(lineStart(text, at), at));
