import { type Clock, sleep } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { Gate } from '../channel/gate.ts';
import type { Config } from '../config.ts';

const againMs = 1000;

/** A port that is taken is said, and tried again: an exit would reset what others of our connections hold. */
export const openGate = async (
  { channelPort: port }: Pick<Config, 'channelPort'>,
  { gate, log, clock }: { readonly gate: Gate; readonly log: Log; readonly clock: Clock },
  isOver: () => boolean,
): Promise<void> => {
  while (!isOver()) {
    try {
      await gate.open();
      return;
    } catch (error) {
      const facts = { port, error: String(error) };
      log.error(facts, 'the app channel cannot be opened: does another container of this pod use its port?');
      await sleep(clock, againMs);
    }
  }
};
