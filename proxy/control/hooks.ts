import type { HookTime } from '../lifecycle/hook-time.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** How a container's preStop hook was let go. */
export type HookEnd = 'drained' | 'restart';

/** How long the sidecar's own hook may be late: the kubelet starts a process for it, which takes seconds on a busy node. */
const selfShutdownWithinMs = 10_000;

interface HookParts {
  readonly lifecycle: Pick<Lifecycle, 'going' | 'drained' | 'whileAppHookWaits'>;
  readonly clock: Clock;
  /** The drain's time, which the hook may not use up while it waits to be told. */
  readonly drainTimeMs: number;
}

/**
 * Waits as long as a container may not be stopped: the app, or one that the app may need. Where the kubelet does not tell
 * the sidecar in 10 s that the pod is going, it restarts this container only; the app's work has had that time. Changes
 * nothing.
 */
export const waitForShutdown = async (parts: HookParts): Promise<HookEnd> => {
  const { lifecycle, clock } = parts;
  const waitMs = Math.min(selfShutdownWithinMs, parts.drainTimeMs);
  const isGoing = await Promise.race([lifecycle.going.then(() => true), sleep(clock, waitMs).then(() => false)]);
  if (isGoing) {
    await lifecycle.drained;
    return 'drained';
  }
  return 'restart';
};

/** The same for the app, whose own hook is run before it is restarted. */
export const waitForAppShutdown = async (
  parts: HookParts & { readonly log: Log; readonly runAppPreStop: (time: HookTime) => Promise<void> },
): Promise<HookEnd> => {
  const beganMs = parts.clock.nowMs();
  const end = await parts.lifecycle.whileAppHookWaits(() => waitForShutdown(parts));
  if (end === 'drained') return end;
  const waitedMs = Math.round(parts.clock.nowMs() - beganMs);
  parts.log.info({ waitedMs }, "the app's container is stopped, its pod is not: the app is let go");
  await parts.runAppPreStop({ beganMs, untilMs: beganMs + parts.drainTimeMs });
  return end;
};
