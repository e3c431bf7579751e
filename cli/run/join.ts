/** Several streams as one: a separator where the next has none, and no byte order mark but at the beginning. */
export const joinOutputs = (outputs: readonly string[]): string =>
  outputs.reduce((joined, output, index) => {
    if (index === 0) return output;
    const line = joined === '' || joined.endsWith('\n') ? '' : '\n';
    const next = output.replace(/^\uFEFF/, '');
    return /^---(\s|$)/.test(next) ? joined + line + next : `${joined}${line}---\n${next}`;
  }, '');
