import { type Clock, sleep } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { Gate } from '../channel/gate.ts';
import type { Config } from '../config.ts';

const againMs = 1000;

/** Opens the gate. If its port is in use, logs that and retries: an exit would reset the deliveries that daps holds. */
export const openGate = async (
  { channelPort: port }: Pick<Config, 'channelPort'>,
  { gate, log, clock }: { readonly gate: Gate; readonly log: Log; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      await gate.open();
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const advice = code === 'EADDRINUSE' ? ': does another container of this pod use its port?' : '';
      log.error({ port, error: String(error) }, `the app channel cannot be opened${advice}`);
      await sleep(clock, againMs, signal);
    }
  }
};
