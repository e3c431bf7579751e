/** Ends a switch over a union: adding a variant becomes a compile error here. */
export const unreachable = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
};
