import { unreachable } from '../contract/unreachable.ts';
import { type AfterCut, afterCut } from '../policy/after-cut.ts';
import { isHoldable } from '../policy/classify.ts';
import type { ChannelContext } from './context.ts';
import type { DaprRequest } from './dapr-request.ts';
import type { SoloRetry } from './solo-retry.ts';

/** How a request lost its connection to the app. */
export interface Cut {
  /** The app had accepted the connection. */
  readonly wasConnected: boolean;
  /** The connection had carried other requests before, and no byte of this one's answer arrived. */
  readonly wasIdle: boolean;
}

/**
 * Records that a request was cut, decides what happens to it, and prepares that: a retry, a place among those that daps
 * holds, a note for the log. The connection does the rest.
 */
export const recordCut = (
  request: DaprRequest,
  { wasConnected, wasIdle }: Cut,
  { replays, note, pastCuts }: ChannelContext,
  soloRetry: SoloRetry<DaprRequest>,
): AfterCut => {
  request.wasCut(wasConnected);
  if (request.responseForwarded) request.letGo(pastCuts);
  const next = afterCut(request.cutFacts(wasConnected, wasIdle), replays);
  switch (next) {
    case 'resend':
      request.isSentAtOnce = true;
      return next;
    case 'hold':
      request.moveTo('held');
      soloRetry.cut(request, request.hasOneTryLeft(replays));
      if (request.isStuck) {
        request.remember(pastCuts);
        note(request.note('not-replayable'));
      }
      return next;
    case 'answer-healthy':
      request.moveTo('daps');
      return next;
    case 'give-up':
      note(request.note('give-up'));
      soloRetry.cut(request, false);
      return next;
    case 'reset':
      if (isHoldable(request.kind)) note(request.note('give-up'));
      soloRetry.cut(request, false);
      request.forget(pastCuts);
      return next;
    case 'ask-again':
    case 'app-down':
    case 'app-cut':
      return next;
    default:
      return unreachable(next);
  }
};
