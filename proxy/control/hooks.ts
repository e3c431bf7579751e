import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** How an app's preStop hook was let go. */
export type HookEnd = 'drained' | 'app-restart';

/** How long the sidecar's own hook may be late: the kubelet starts a process for it, which takes seconds on a busy node. */
const selfShutdownWithinMs = 10_000;

export interface HookParts {
  readonly lifecycle: Pick<Lifecycle, 'going' | 'drained'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The drain's time, which the hook may not use up while it waits to be told. */
  readonly drainTimeMs: number;
  readonly runAppPreStop: () => Promise<void>;
}

/**
 * Waits as long as the app may not be stopped. Where the sidecar itself is not told in 10 s that the pod is going, only
 * the app's container is being restarted; what it had in hand has had that time. Changes nothing.
 */
export const waitForAppShutdown = async (parts: HookParts): Promise<HookEnd> => {
  const { lifecycle, clock, log } = parts;
  const waitMs = Math.min(selfShutdownWithinMs, parts.drainTimeMs);
  const isGoing = await Promise.race([lifecycle.going.then(() => true), sleep(clock, waitMs).then(() => false)]);
  if (isGoing) {
    await lifecycle.drained;
    return 'drained';
  }
  log.info({ waitedMs: waitMs }, "the app's container is stopped, its pod is not: the app is let go");
  await parts.runAppPreStop();
  return 'app-restart';
};
