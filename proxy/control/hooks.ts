import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { Departure } from '../lifecycle/departure.ts';
import type { HookTime } from '../lifecycle/hook-time.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { OncePerStart } from './once-per-start.ts';

/** Whoever waits for something that takes time. */
export interface Caller {
  /** Calls once when the caller hangs up, at once where it has. */
  readonly onGone: (call: () => void) => void;
}

/** How a container's preStop hook was let go. */
export type HookEnd = 'drained' | 'restart';

/** How long the sidecar's own hook may be late: the kubelet starts a process for it, which takes seconds on a busy node. */
const selfShutdownWithinMs = 10_000;

interface HookParts {
  readonly departure: Departure;
  readonly clock: Clock;
  /** The drain's time, which the hook may not use up while it waits to be told. */
  readonly drainTimeMs: number;
}

/**
 * Waits as long as a container may not be stopped: the app, or one that the app may need. Where the kubelet does not tell
 * the sidecar in 10 s that the pod is going, it restarts this container only; the app's work has had that time. Changes
 * nothing, and keeps nothing of a caller who has gone (undefined).
 *
 *   to be told ──pod goes──▶ to be drained ──may end──▶ drained
 *        └─────10 s──────▶ restart
 */
export const waitForShutdown = (
  { departure, clock, drainTimeMs }: HookParts,
  caller: Caller,
): Promise<HookEnd | undefined> =>
  new Promise((resolve) => {
    const cancels: (() => void)[] = [];
    const end = (how: HookEnd | undefined): void => {
      for (const cancel of cancels) cancel();
      resolve(how);
    };
    caller.onGone(() => end(undefined));
    const cancelTimer = clock.after(Math.min(selfShutdownWithinMs, drainTimeMs), () => end('restart'));
    cancels.push(cancelTimer, departure.whenGoing(cancelTimer));
    cancels.push(departure.whenMayEnd(() => end('drained')));
  });

/** The same for the app, whose own hook is run before it is restarted: once for each start of its container. */
export const waitForAppShutdown = async (
  parts: HookParts & {
    readonly log: Log;
    readonly lifecycle: Pick<Lifecycle, 'whileAppHookWaits'>;
    readonly appPreStop: Pick<OncePerStart, 'run'>;
  },
  caller: Caller,
): Promise<HookEnd | undefined> => {
  const { clock, drainTimeMs, lifecycle, log, appPreStop } = parts;
  const wait = () => lifecycle.whileAppHookWaits(() => waitForShutdown(parts, caller));
  const beganMs = clock.nowMs();
  const end = await wait();
  if (end !== 'restart') return end;
  const waitedMs = Math.round(clock.nowMs() - beganMs);
  const time: HookTime = { beganMs, untilMs: beganMs + drainTimeMs };
  await appPreStop.run(time, () => {
    log.info({ waitedMs }, "the app's container is stopped, its pod is not: the app is let go");
  });
  // The sidecar's own hook was later than that.
  return parts.departure.isGoing ? wait() : end;
};
