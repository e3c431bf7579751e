import { printable } from '../../printable.ts';

/** One character as readers see it, which may be several code points, as a terminal shows it. */
export interface Shown {
  readonly text: string;
  /** How many columns of a terminal it takes. */
  readonly width: number;
}

/** Two columns in a terminal: East Asian wide characters (Unicode Standard Annex #11), and emoji. */
const wide =
  /^[\u1100-\u115f\u231a-\u231b\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;
/** No column of its own: it changes the character before it. */
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The characters of a line. A tab is two spaces, and what a terminal would carry out is written as in JSON. */
export const shownCharacters = (line: string): readonly Shown[] =>
  /^[ -~]*$/.test(line)
    ? Array.from(line, (text) => ({ text, width: 1 }))
    : Array.from(segmenter.segment(line), ({ segment }) => shown(segment));

const shown = (segment: string): Shown => {
  const text = segment === '\t' ? '  ' : printable(segment);
  if (text !== segment) return { text, width: text.length };
  return { text, width: zeroWidth.test(text) ? 0 : wide.test(text) ? 2 : 1 };
};
