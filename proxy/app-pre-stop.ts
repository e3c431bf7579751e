import { type Clock, sleep } from './adapters/clock.ts';
import type { Log } from './adapters/log.ts';
import type { Prober } from './adapters/prober.ts';
import type { Config } from './config.ts';
import type { HookTime } from './lifecycle/hook-time.ts';

/** A hook that starts late gets at least this much time. */
const leastMs = 1000;

/**
 * Runs the hook that daps has replaced in the app's container, as the kubelet would: the hook may take until the app
 * gets its SIGTERM, and daps logs a failure. A sleep counts from when the kubelet would have begun it.
 */
export const runAppPreStop = async (
  hook: Config['appPreStop'],
  ports: { readonly prober: Prober; readonly clock: Clock; readonly log: Log },
  { beganMs, untilMs }: HookTime,
): Promise<void> => {
  if (hook === undefined) return;
  const nowMs = ports.clock.nowMs();
  if (hook.kind === 'sleep') {
    const leftMs = Math.min(beganMs + hook.ms, untilMs) - nowMs;
    if (leftMs > 0) await sleep(ports.clock, leftMs);
    return;
  }
  const result = await ports.prober.probe(hook, Math.max(untilMs - nowMs, leastMs));
  if (result.kind !== 'ready') ports.log.warn({ result }, "the app container's own preStop hook failed");
};
