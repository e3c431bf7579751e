import { type Clock, sleep } from '../adapters/clock.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';
import { isAppThere } from './readiness.ts';

const recheckMs = 250;
/** How long an app that is there may be unready before it gets again what it has cut. */
const dyingMs = 5000;

/**
 * Whether an app that closed connections has ended. An app that is about to end may accept new connections for a
 * moment. What it has cut, maybe with one try left, is not sent to it before it is ready again, and was so after the
 * last cut. `cuts` counts the requests that it has cut; if there are none, or the signal is aborted, the app is asked
 * no further.
 */
export const isAppGone = async (
  config: Pick<Config, 'app' | 'ready' | 'readyProbeTimeoutMs'>,
  { prober, clock }: { readonly prober: Prober; readonly clock: Clock },
  signal: AbortSignal,
  cuts: () => number,
): Promise<boolean> => {
  const { app } = config;
  if (await prober.isRefused(app.host, app.port)) return true;
  const untilMs = clock.nowMs() + dyingMs;
  for (;;) {
    await sleep(clock, recheckMs, signal);
    if (signal.aborted || cuts() === 0) return false;
    const asked = cuts();
    const { kind } = await isAppThere(config, prober);
    const isOld = kind === 'ready' && cuts() !== asked;
    if ((kind !== 'not-ready' && !isOld) || clock.nowMs() >= untilMs) return kind === 'refused';
  }
};
