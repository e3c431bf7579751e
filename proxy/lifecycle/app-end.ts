import { type Clock, sleep } from '../adapters/clock.ts';
import type { Daprd } from '../adapters/daprd.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';
import { unreachable } from '../contract/unreachable.ts';

/**
 * What tells that the app has ended, to a sidecar that gets its own SIGTERM only after an injected daprd:
 *
 * - `daprd`: the kubelet sends daprd SIGTERM when all app containers have ended, and daprd tells a parked call of it.
 * - `port`: the app's port refuses connections. An app that closes its port first and works on is taken for ended.
 */
export type AppEndSign = { readonly by: 'daprd'; readonly told: Promise<void> } | { readonly by: 'port' };

interface AppEndPorts {
  readonly clock: Clock;
  readonly daprd: Daprd;
  readonly prober: Prober;
}

const pollMs = 100;
/** The app is taken for ended when its port has refused connections for this long. */
const refusedMs = 1000;

/**
 * Chooses the sign, before the app may go: daprd's SIGTERM must find the parked call. A daprd that was asked to shut down
 * has told its calls already; one with a block-shutdown-duration tells them when that is over.
 */
export const appEndSign = async (
  { daprd: { blocksShutdown } }: Pick<Config, 'daprd'>,
  { daprd }: AppEndPorts,
  hasSentCallersAway: boolean,
): Promise<AppEndSign> => {
  if (hasSentCallersAway || blocksShutdown) return { by: 'port' };
  const parked = await daprd.park();
  return parked === undefined ? { by: 'port' } : { by: 'daprd', told: parked.told };
};

/** Waits for the sign and answers what it was; undefined where it became moot. */
export const untilAppEnded = async (
  sign: AppEndSign,
  { app }: Pick<Config, 'app'>,
  ports: AppEndPorts,
  isMoot: () => boolean,
): Promise<string | undefined> => {
  switch (sign.by) {
    case 'daprd':
      await sign.told;
      return isMoot() ? undefined : 'the app has ended: daprd was told to end';
    case 'port':
      return (await isPortClosed(app, ports, isMoot)) ? 'the app has closed its port' : undefined;
    default:
      return unreachable(sign);
  }
};

const isPortClosed = async (
  { host, port }: Config['app'],
  { clock, prober }: AppEndPorts,
  isMoot: () => boolean,
): Promise<boolean> => {
  let sinceMs: number | undefined;
  while (!isMoot()) {
    if (!(await prober.isRefused(host, port))) sinceMs = undefined;
    else sinceMs ??= clock.nowMs();
    if (sinceMs !== undefined && clock.nowMs() - sinceMs >= refusedMs) return true;
    await sleep(clock, pollMs);
  }
  return false;
};
