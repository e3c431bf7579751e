/** What Go's `strings.TrimSpace` takes away; JavaScript's `trim` takes a little more and a little less. */
const space = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const outer = new RegExp(`^${space}+|${space}+$`, 'g');

export const trimSpace = (text: string): string => text.replaceAll(outer, '');

/** Go's `strconv.ParseInt(text, 10, 64)`; undefined where that is an error. */
export const parseInt64 = (text: string): bigint | undefined => {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
};

/** What is left of it in a Go `int32` (reflect `SetInt`): the lower half, without a complaint. */
export const toInt32 = (value: bigint): number => Number(BigInt.asIntN(32, value));
