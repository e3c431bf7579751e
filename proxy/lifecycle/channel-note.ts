import type { ChannelNote } from '../channel/context.ts';
import type { Log } from '../ports/log.ts';
import { unreachable } from '../unreachable.ts';

/** Says what the channel notes of a delivery, for whoever reads the log. */
export const logNote = (log: Log, { what, kind, target, attempts }: ChannelNote): void => {
  const facts = { kind, target, attempts };
  switch (what) {
    case 'last-try':
      log.warn(facts, 'a delivery was cut by the app each time it got it: it has its last try alone, other work waits');
      return;
    case 'let-fail':
      log.error(
        facts,
        'a delivery was cut by the app each time it got it, and is let fail: Dapr retries or dead-letters it',
      );
      return;
    case 'not-replayable':
      log.warn(facts, 'a delivery was cut and is too large to be sent again: daprd will be restarted to give it back');
      return;
    default:
      unreachable(what);
  }
};
