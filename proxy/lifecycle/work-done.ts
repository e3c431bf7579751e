import { type Clock, sleep } from '../adapters/clock.ts';
import type { Traffic } from '../channel/traffic.ts';
import type { Config } from '../config.ts';
import { drainTimeMs } from '../policy/drain-step.ts';

const pollMs = 100;

/** Waits for what the app has in hand, for as long as a drain may take. */
export const untilWorkIsDone = async (
  config: Pick<Config, 'gracePeriodMs' | 'drainReserveMs'>,
  clock: Clock,
  traffic: Pick<Traffic, 'workInFlight'>,
  isMoot: () => boolean = () => false,
): Promise<void> => {
  const deadlineMs = clock.nowMs() + drainTimeMs(config);
  while (traffic.workInFlight > 0 && clock.nowMs() < deadlineMs && !isMoot()) await sleep(clock, pollMs);
};
