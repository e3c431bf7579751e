const quoted = /"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?/y;
const plainKey = /[^\s:,{}[\]#]+(?::(?![\s,{}[\]])[^\s:,{}[\]#]*)*/y;
const colon = /\s*:(?=\s|$|["{[])[ \t]*/y;
/** Up to a comment or the line's end; inside a flow map or list, up to what ends the entry. */
const blockRest = /(?:[^#\r\n]|(?<=\S)#)+/y;
const flowRest = /(?:[^#,{}[\]\r\n]|(?<=\S)#)+/y;

/**
 * How many UTF-16 units of a line belong to the YAML or JSON entry that begins at an offset: its key, and its value as far
 * as it stands on the same line. 0 where nothing begins there.
 */
export const lengthOfEntry = (line: string, start: number): number => {
  const inFlow = isInFlow(line, start);
  const scalarAt = (at: number): number =>
    lengthAt(quoted, line, at) || lengthAt(inFlow ? flowRest : blockRest, line, at);
  const key = lengthAt(quoted, line, start) || lengthAt(plainKey, line, start);
  const separator = key === 0 ? 0 : lengthAt(colon, line, start + key);
  const end = separator === 0 ? start + scalarAt(start) : start + key + separator + scalarAt(start + key + separator);
  return line.slice(start, end).trimEnd().length;
};

const lengthAt = (pattern: RegExp, line: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0].length ?? 0;
};

/** Whether a flow map or list of the line is open at an offset: a bracket stands before it, outside of quotes. */
const isInFlow = (line: string, start: number): boolean => {
  for (let at = 0; at < start; at += Math.max(1, lengthAt(quoted, line, at)))
    if (line[at] === '{' || line[at] === '[') return true;
  return false;
};
