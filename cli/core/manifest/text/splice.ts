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
