import { type Clock, sleep } from '../adapters/clock.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';
import { isAppThere } from './readiness.ts';

/** More than the kubelet takes for a pod past its grace period, on a starved node too. */
const slackMs = 30_000;
const askEveryMs = 1000;

export const podStaysWords =
  'the pod was said to go, but is still there after its grace period, and its app is ready: it is let in again';

/**
 * Resolves with true where a pod that was said to go does not: its grace period is long over, nobody has ended the
 * sidecar, and the app is ready. With false when `isOver`.
 */
export const podStays = async (
  config: Pick<Config, 'app' | 'ready' | 'readyProbeTimeoutMs' | 'gracePeriodMs'>,
  { clock, prober }: { readonly clock: Clock; readonly prober: Prober },
  goingSinceMs: number,
  isOver: () => boolean,
): Promise<boolean> => {
  const fromMs = goingSinceMs + config.gracePeriodMs + slackMs;
  // Looked at every second, so that nothing of it is left when it is over.
  while (!isOver()) {
    if (clock.nowMs() >= fromMs && (await isAppThere(config, prober)).kind === 'ready') return !isOver();
    await sleep(clock, askEveryMs);
  }
  return false;
};
