/** The lines of inputs, each input split once. A byte order mark is no part of a line. */
export const sourceLines = (inputs: ReadonlyMap<string, string>): ((input: string) => readonly string[]) => {
  const known = new Map<string, readonly string[]>();
  return (input) => {
    const lines = known.get(input) ?? (inputs.get(input) ?? '').replace(/^\uFEFF/, '').split(/\r{0,2}\n/);
    known.set(input, lines);
    return lines;
  };
};
