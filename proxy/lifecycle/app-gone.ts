import { type Clock, sleep } from '../adapters/clock.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';
import { isAppThere } from './readiness.ts';

const recheckMs = 250;
/** An app that lives may be unready for this long before it gets again what it has cut. */
const dyingMs = 5000;

/**
 * Whether an app that closed connections has ended. One that dies may take new ones for a moment: what it has cut, maybe
 * with its last try, is not spent on it before it is ready again, and was so after the last cut: `cuts` counts them.
 * Nothing needs to be asked twice where that is moot.
 */
export const isAppGone = async (
  config: Pick<Config, 'app' | 'ready' | 'readyProbeTimeoutMs'>,
  { prober, clock }: { readonly prober: Prober; readonly clock: Clock },
  isMoot: () => boolean,
  cuts: () => number,
): Promise<boolean> => {
  const { app } = config;
  if (await prober.isRefused(app.host, app.port)) return true;
  const untilMs = clock.nowMs() + dyingMs;
  for (;;) {
    await sleep(clock, recheckMs);
    if (isMoot()) return false;
    const asked = cuts();
    const { kind } = await isAppThere(config, prober);
    const isOld = kind === 'ready' && cuts() !== asked;
    if ((kind !== 'not-ready' && !isOld) || clock.nowMs() >= untilMs) return kind === 'refused';
  }
};
