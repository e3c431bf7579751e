import { type Clock, sleep } from '../adapters/clock.ts';
import type { Daprd } from '../adapters/daprd.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';
import { unreachable } from '../contract/unreachable.ts';

/**
 * How a sidecar that gets its own SIGTERM only after an injected daprd learns that the app has ended:
 *
 * - `daprd`: the kubelet sends daprd SIGTERM when all app containers have ended, and daprd then sends GOAWAY on a
 * parked call.
 * - `port`: the app's port refuses connections. An app that closes its port and still works counts as ended.
 */
export type AppEndSign = { readonly by: 'daprd'; readonly told: Promise<void> } | { readonly by: 'port' };

interface AppEndPorts {
  readonly clock: Clock;
  readonly daprd: Daprd;
  readonly prober: Prober;
}

const pollMs = 100;
/** The app has ended when its port has refused connections for this long. */
const refusedMs = 1000;

/**
 * Chooses the sign, before the app may go: the call must be parked before daprd's SIGTERM. After a shutdown request
 * daprd has sent its GOAWAY already; with a block-shutdown-duration it sends it when that is over.
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

/** Waits for the sign and returns what it was; undefined if the signal was aborted before. */
export const untilAppEnded = async (
  sign: AppEndSign,
  { app }: Pick<Config, 'app'>,
  ports: AppEndPorts,
  signal: AbortSignal,
): Promise<string | undefined> => {
  switch (sign.by) {
    case 'daprd':
      await sign.told;
      return signal.aborted ? undefined : 'the app has ended: daprd got its SIGTERM';
    case 'port':
      return (await isPortClosed(app, ports, signal)) ? 'the app has closed its port' : undefined;
    default:
      return unreachable(sign);
  }
};

const isPortClosed = async (
  { host, port }: Config['app'],
  { clock, prober }: AppEndPorts,
  signal: AbortSignal,
): Promise<boolean> => {
  let sinceMs: number | undefined;
  while (!signal.aborted) {
    if (!(await prober.isRefused(host, port))) sinceMs = undefined;
    else sinceMs ??= clock.nowMs();
    if (sinceMs !== undefined && clock.nowMs() - sinceMs >= refusedMs) return true;
    await sleep(clock, pollMs, signal);
  }
  return false;
};
