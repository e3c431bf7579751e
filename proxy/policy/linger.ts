import { type DrainFacts, staysUntilMs } from './drain-step.ts';

/** What decides how long an app that is going goes on working. */
export interface LingerFacts extends DrainFacts {
  /** Whether the app was let in when its pod was deleted, and has refused or cut nothing since. */
  readonly isAppThere: boolean;
  /** Whether the kubelet waits for us before it stops the app. It does not where the app has an exec hook of its own. */
  readonly isAppKept: boolean;
}

/**
 * Until when the app stays whatever it has to do, so that it may go on working; undefined where that time is over, or
 * nobody knows it. An app with a busy-path works on after its answers, for as long as only it can tell.
 */
export const lingersUntilMs = (facts: LingerFacts): number | undefined => {
  if (!facts.isAppThere || !facts.isAppKept || facts.busy !== 'no-busy-path' || facts.callers === 'sent-away')
    return undefined;
  const untilMs = staysUntilMs(facts);
  return facts.nowMs < untilMs ? untilMs : undefined;
};

/** Work takes longer at times than it ever did. */
const marginMs = (longestMs: number): number => longestMs / 2 + 500;

/**
 * Whether work that begins now will be done while the app stays anyway, by the longest of its kind. Where none of its
 * kind was seen it might take up to the deadline, and be cut there.
 */
export const isDoneInTime = (nowMs: number, untilMs: number | undefined, longestMs: number | undefined): boolean =>
  untilMs !== undefined && longestMs !== undefined && nowMs + longestMs + marginMs(longestMs) <= untilMs;
