/** Lets the event loop go around so often: how a slow reader dawdles, on any machine. */
export const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
