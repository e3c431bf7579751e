import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { Departure } from '../lifecycle/departure.ts';
import type { HookTime } from '../lifecycle/hook-time.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { OncePerStart } from './once-per-start.ts';

/** A client that waits for an answer that takes time. */
export interface Caller {
  /** Calls once when the caller hangs up, at once if it has. */
  readonly onGone: (call: () => void) => void;
}

/** Why a container's preStop hook ends. */
export type HookEnd = 'drained' | 'restart';

/**
 * How long the sidecar's own hook may be late: the kubelet starts a process for it, which takes seconds on a busy node.
 */
const selfShutdownWithinMs = 10_000;

interface HookParts {
  readonly departure: Departure;
  readonly clock: Clock;
  /** How long a drain may take. The hook must not use that up while it waits for the sidecar's own hook. */
  readonly drainTimeMs: number;
}

/**
 * Waits while a container must not stop: the app, or one that the app may need. If the sidecar's own hook does not
 * follow within 10 s, the kubelet restarts this container only; the app had that time to finish its work. Changes
 * nothing, and keeps nothing for a caller who has gone (undefined).
 *
 *   waiting ──pod goes──▶ draining ──may end──▶ drained
 *      └──────10 s─────▶ restart
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

/** The same for the app. Before a restart it runs the app's own hook, once for each start of the container. */
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
    log.info({ waitedMs }, "the app's container is stopped, its pod is not: the app may stop now");
  });
  // The sidecar's own hook came later than that.
  return parts.departure.isGoing ? wait() : end;
};
