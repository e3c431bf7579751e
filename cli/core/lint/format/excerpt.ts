/** Characters that take two columns in a terminal (Unicode Standard Annex #11: East Asian wide, and emoji). */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** The line of a place and a caret below its column, as two lines; undefined where there is no such line. */
export const excerptOf = (
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
): readonly [string, string] | undefined => {
  const source = line < 1 ? undefined : text.split(/\r\n|[\n\r\u0085\u2028\u2029]/)[line - 1];
  if (source === undefined) return undefined;
  const number = String(line).padStart(5);
  const before = [...source].slice(0, Math.max(0, column - 1));
  const blank = before.map((character) => (character === '\t' || wide.test(character) ? '  ' : ' ')).join('');
  return [`${number} | ${source.replaceAll('\t', '  ')}`, `      | ${blank}^`];
};
