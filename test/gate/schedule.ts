/** What the schedule needs to know of a level. */
export interface Step {
  readonly name: string;
  readonly needs: readonly string[];
  readonly after: readonly string[];
}

/** How a level ended, as far as the order matters. */
export interface Ended {
  readonly hasPassed: boolean;
}

/**
 * Runs every step as soon as the steps before it have ended. A step whose need failed is left out, and so fails too.
 * @throws an Error that names steps which wait for each other or for one that is not there
 */
export const runInOrder = async <S extends Step, E extends Ended>(
  steps: readonly S[],
  run: (step: S) => Promise<E>,
  leaveOut: (step: S, because: string) => E,
): Promise<readonly E[]> => {
  const endings = new Map<string, Promise<E>>();
  const begin = async (step: S): Promise<E> => {
    const others = step.after.map((name) => ending(name, step));
    const needed = await Promise.all(step.needs.map(async (name) => ({ name, ended: await ending(name, step) })));
    await Promise.all(others);
    const failed = needed.find(({ ended }) => !ended.hasPassed);
    return failed === undefined ? run(step) : leaveOut(step, failed.name);
  };
  const ending = (name: string, by: S): Promise<E> => {
    const found = endings.get(name);
    if (found === undefined) throw new Error(`"${by.name}" waits for "${name}", which is not a step before it`);
    return found;
  };
  // Only steps that stand before a step can hold it up, so that no two wait for each other.
  for (const step of steps) endings.set(step.name, begin(step));
  return Promise.all(endings.values());
};
