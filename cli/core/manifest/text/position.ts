import { lastAtMost } from './lines.ts';

/** Line and column of an offset, both counted from 1, as editors count them: an emoji is one column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds positions in one text: its lines are counted once, when the first position is asked for. */
export const positionFinder = (text: string): ((offset: number) => Position) => {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    const line = lastAtMost(starts, offset);
    const bom = line === 0 && text.charCodeAt(0) === 0xfeff ? 1 : 0;
    const before = text.slice(starts[line] ?? 0, offset);
    const pairs = before.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
    return { line: line + 1, column: Math.max(1, before.length - pairs - bom + 1) };
  };
};

const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', newline + 1))
    starts.push(newline + 1);
  return starts;
};
