/** Several streams as one: a separator where the next stream has none of its own. */
export const joinOutputs = (outputs: readonly string[]): string =>
  outputs.reduce((joined, output, index) => {
    if (index === 0) return output;
    const line = joined === '' || joined.endsWith('\n') ? '' : '\n';
    return /^\uFEFF?---(\s|$)/.test(output) ? joined + line + output : `${joined}${line}---\n${output}`;
  }, '');
