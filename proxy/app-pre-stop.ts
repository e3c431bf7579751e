import type { Config } from './config.ts';
import { type Clock, sleep } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Prober } from './ports/prober.ts';

/** Runs the hook that the app container had before daps took its place, as the kubelet would: its failure is logged. */
export const runAppPreStop = async (
  hook: Config['appPreStop'],
  ports: { readonly prober: Prober; readonly clock: Clock; readonly log: Log },
): Promise<void> => {
  if (hook === undefined) return;
  if (hook.kind === 'sleep') {
    await sleep(ports.clock, hook.ms);
    return;
  }
  const result = await ports.prober.probe(hook);
  if (result.kind !== 'ready') ports.log.warn({ result }, "the app container's own preStop hook failed");
};
