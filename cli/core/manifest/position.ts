/** Line and column of an offset, both counted from 1, as editors count them. */
export const positionOf = (text: string, offset: number): { line: number; column: number } => {
  let line = 1;
  let start = 0;
  for (let newline = text.indexOf('\n'); newline >= 0 && newline < offset; newline = text.indexOf('\n', start)) {
    line += 1;
    start = newline + 1;
  }
  const bom = start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return { line, column: Math.max(1, offset - start - bom + 1) };
};
