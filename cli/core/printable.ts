/**
 * A text of somebody else as it may stand in a message: on one line, and without anything that a terminal would carry out
 * or that turns the direction of what is read. Such characters are written as in JSON.
 */
export const printable = (text: string): string => text.replaceAll(unprintable, escaped);

/** Controls (C0, DEL, C1), line and paragraph separators, marks of direction, the byte order mark, and half characters. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\ufeff]/gu;

const escaped = (character: string): string => {
  const json = JSON.stringify(character).slice(1, -1);
  return json === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : json;
};
