import type { Position } from '../../manifest/text/position.ts';
import { type Shown, shownCharacters } from './columns.ts';
import { lengthOfEntry } from './entry-length.ts';

/** A line of a source as a terminal shows it, and what is marked in it. */
export interface Excerpt {
  readonly line: string;
  /** Columns before the mark. */
  readonly indent: number;
  /** Columns that the mark takes, at least 1. */
  readonly marked: number;
}

/** How many columns of a line are shown. With a gutter of 8, that makes 120. */
const columns = 112;
/** How many columns are kept before the mark in a line that is cut at its beginning. */
const before = 40;
const ellipsis: Shown = { text: '…', width: 1 };

/** UTF-16 units on each side of the mark that are looked at: a document of JSON may be one line of megabytes. */
const near = 1000;

/** The excerpt of a line, around a column that counts code points from 1. */
export const excerptOf = (whole: string, { column }: Pick<Position, 'column'>): Excerpt => {
  const offset = unitsBefore(whole, column);
  const start = Math.min(offset, near);
  const line = whole.slice(offset - start, offset + near);
  const end = start + lengthOfEntry(line, start);
  return fitted(
    shownCharacters(line.slice(0, start)),
    shownCharacters(line.slice(start, end)),
    shownCharacters(line.slice(end)),
  );
};

const unitsBefore = (line: string, column: number): number => {
  let units = 0;
  for (let point = 1; point < column && units < line.length; point += 1)
    units += (line.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  return units;
};

const widthOf = (characters: readonly Shown[]): number => characters.reduce((sum, { width }) => sum + width, 0);
const textOf = (characters: readonly Shown[]): string => characters.map(({ text }) => text).join('');

const fitted = (head: readonly Shown[], mark: readonly Shown[], tail: readonly Shown[]): Excerpt => {
  const whole = widthOf(head) + widthOf(mark) + widthOf(tail);
  const isLeftCut = whole > columns && widthOf(head) + Math.min(widthOf(mark), columns / 2) > columns - 1;
  const shownHead = isLeftCut ? [ellipsis, ...lastOf(head, before - 1)] : head;
  const room = columns - widthOf(shownHead);
  const isRightCut = widthOf(mark) + widthOf(tail) > room;
  const kept = isRightCut ? firstOf([...mark, ...tail], room - 1) : [...mark, ...tail];
  return {
    line: textOf([...shownHead, ...kept, ...(isRightCut ? [ellipsis] : [])]).trimEnd(),
    indent: widthOf(shownHead),
    marked: Math.max(1, Math.min(widthOf(mark), widthOf(kept))),
  };
};

const firstOf = (characters: readonly Shown[], room: number): readonly Shown[] => {
  let taken = 0;
  const end = characters.findIndex(({ width }) => {
    taken += width;
    return taken > room;
  });
  return end < 0 ? characters : characters.slice(0, end);
};

const lastOf = (characters: readonly Shown[], room: number): readonly Shown[] =>
  firstOf([...characters].reverse(), room).toReversed();
