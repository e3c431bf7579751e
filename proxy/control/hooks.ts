import type { Traffic } from '../channel/traffic.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import { type Clock, sleep } from '../ports/clock.ts';

/** How an app's preStop hook was let go. */
export type HookEnd = 'drained' | 'app-restart';

const selfShutdownWithinMs = 2000;
const appRestartWithinMs = 10_000;
const pollMs = 50;

/**
 * Waits as long as the app may not be stopped. Where the sidecar itself is not told within 2 s that the pod is going,
 * only the app's container is being restarted: what it has in hand is waited for, 10 s at most. Changes nothing.
 */
export const waitForAppShutdown = async (
  lifecycle: Lifecycle,
  traffic: Traffic,
  clock: Clock,
  runAppPreStop: () => Promise<void>,
): Promise<HookEnd> => {
  const isGoing = await Promise.race([
    lifecycle.going.then(() => true),
    sleep(clock, selfShutdownWithinMs).then(() => false),
  ]);
  if (isGoing) {
    await lifecycle.drained;
    return 'drained';
  }
  const deadlineMs = clock.nowMs() + appRestartWithinMs;
  while (traffic.allInFlight > 0 && clock.nowMs() < deadlineMs) await sleep(clock, pollMs);
  await runAppPreStop();
  return 'app-restart';
};
