import type { Log } from '../adapters/log.ts';
import type { ChannelNote } from '../channel/context.ts';
import { unreachable } from '../contract/unreachable.ts';

/** Logs what the channel notes, for whoever reads the log. */
export const logNote = (log: Log, note: ChannelNote): void => {
  const { what, ...facts } = note;
  switch (what) {
    case 'last-try':
      log.warn(facts, 'a delivery was cut by the app each time it got it: it has its last try alone, other work waits');
      return;
    case 'give-up':
      log.error(
        facts,
        'a delivery was cut by the app each time it got it, and is let fail: Dapr retries or dead-letters it',
      );
      return;
    case 'not-replayable':
      log.warn(facts, 'a delivery was cut and is too large to be sent again: daprd will be restarted to give it back');
      return;
    case 'unclear-answer':
      log.warn(
        facts,
        'the app sent an answer that is malformed, or more than one: daps closed its connection and opens a new one for the next request; the metric daps_unclear_answers_total counts further ones, which are not logged',
      );
      return;
    default:
      unreachable(what);
  }
};
