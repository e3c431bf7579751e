import { isHoldable, type RequestKind } from './classify.ts';

/** What the decision needs to know of a request whose connection to the app has ended. */
export interface CutFacts {
  readonly kind: RequestKind;
  /** How many connections have ended while the app had the request, this one included. */
  readonly attempts: number;
  /** The whole request is here, so it can be sent again. */
  readonly isWhole: boolean;
  /** daprd has received a part of the answer. */
  readonly responseForwarded: boolean;
  /** The app had accepted the connection. */
  readonly wasConnected: boolean;
  /** The connection had carried other requests before, and no byte of this one's answer arrived. */
  readonly wasIdle: boolean;
}

/** What the channel does with a request whose connection to the app has ended. */
export type AfterCut =
  /** Send it again at once: the app closed an idle connection. */
  | 'resend'
  /** Send daprd's health check again at once: an error would tell daprd that the app is dead. */
  | 'ask-again'
  /** Keep it, and send it again when the app is ready. */
  | 'hold'
  /** Answer a call with 503: the app does not accept connections. */
  | 'app-down'
  /** Answer a call with 502: the app closed the connection before it answered. */
  | 'app-cut'
  /** Answer a delivery with 502, the one exception to the golden rule: it would crash the app forever. */
  | 'give-up'
  /** Close daprd's connection: daprd has a part of the answer, or handles a closed connection better than any answer. */
  | 'reset'
  /** Answer a health check with 200. */
  | 'answer-healthy';

/** daprd hears of an app that is alive but closes this many health checks in a row, as it would without daps. */
const healthTries = 3;

/** Whether the channel keeps a request while the app restarts: work, and the questions that daprd asks only once. */
export const isReplayable = (kind: RequestKind): boolean => isHoldable(kind) || kind === 'init';

/**
 * Decides what happens to a request whose connection to the app has ended. `replays`: how often the app gets a request
 * again that it did not answer.
 *
 * Sources: RFC 9112 §9.3.1 (closing an idle connection while a request is on its way); Dapr 1.18.1,
 * pkg/runtime/pubsub/subscriptions.go (daprd asks for subscriptions once more after a reset, and reads any status as
 * "no subscriptions").
 */
export const afterCut = (facts: CutFacts, replays: number): AfterCut => {
  const { kind, attempts, isWhole, wasConnected } = facts;
  if (facts.responseForwarded) return isHoldable(kind) && attempts <= replays ? 'hold' : 'reset';
  if (wasConnected && facts.wasIdle && attempts === 1 && isWhole) return 'resend';
  if (isReplayable(kind)) {
    if (!wasConnected || attempts <= replays) return 'hold';
    return kind === 'init' ? 'reset' : 'give-up';
  }
  // daprd fails the deliveries that wait for an app it believes to be unhealthy. A crashed app refuses the next try.
  if (kind === 'health') {
    if (!wasConnected || !isWhole) return 'answer-healthy';
    return attempts < healthTries ? 'ask-again' : 'reset';
  }
  return wasConnected ? 'app-cut' : 'app-down';
};
