import { type Clock, sleep } from '../adapters/clock.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';
import { isAppThere } from './readiness.ts';

/** Longer than the kubelet needs for a pod past its grace period, even on a starved node. */
const slackMs = 30_000;
const askEveryMs = 1000;

export const podStaysWords =
  'the pod should be gone, but still exists after its grace period, and its app is ready: daps restarts daprd and forwards again';

/**
 * Resolves with true if the pod is not deleted after all: its grace period is long over, nobody has ended the sidecar,
 * and the app is ready. Resolves with false when the signal is aborted.
 */
export const podStays = async (
  config: Pick<Config, 'app' | 'ready' | 'readyProbeTimeoutMs' | 'gracePeriodMs'>,
  { clock, prober }: { readonly clock: Clock; readonly prober: Prober },
  goingSinceMs: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const fromMs = goingSinceMs + config.gracePeriodMs + slackMs;
  while (!signal.aborted) {
    if (clock.nowMs() >= fromMs && (await isAppThere(config, prober)).kind === 'ready') return !signal.aborted;
    await sleep(clock, askEveryMs, signal);
  }
  return false;
};
