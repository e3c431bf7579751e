import { type Clock, sleep } from '../adapters/clock.ts';
import type { Traffic } from '../channel/traffic.ts';
import type { Config } from '../config.ts';
import { drainTimeMs } from '../policy/drain-step.ts';

const pollMs = 100;

/** Waits until the app has finished what is in flight, at most as long as a drain may take. */
export const untilWorkIsDone = async (
  config: Pick<Config, 'gracePeriodMs' | 'drainReserveMs'>,
  clock: Clock,
  traffic: Pick<Traffic, 'workInFlight'>,
  signal?: AbortSignal,
): Promise<void> => {
  const deadlineMs = clock.nowMs() + drainTimeMs(config);
  while (traffic.workInFlight > 0 && clock.nowMs() < deadlineMs && signal?.aborted !== true)
    await sleep(clock, pollMs, signal);
};
