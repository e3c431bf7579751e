import { type DrainFacts, staysUntilMs } from './drain-step.ts';

/** The facts that decide how long an app keeps working after its pod's deletion. */
export interface LingerFacts extends DrainFacts {
  /** Whether the app was ready when its pod was deleted, and has refused or cut nothing since. */
  readonly isAppThere: boolean;
  /** Whether the kubelet waits for daps before it stops the app. It does not if the app has an exec hook of its own. */
  readonly isAppKept: boolean;
}

/**
 * Until when the app stays anyway, so that it may keep working; undefined if that time is over or unknown. An app with
 * a busy path works on after its answers, for as long as only the app knows.
 */
export const lingersUntilMs = (facts: LingerFacts): number | undefined => {
  if (!facts.isAppThere || !facts.isAppKept || facts.busy !== 'no-busy-path' || facts.callers === 'sent-away')
    return undefined;
  const untilMs = staysUntilMs(facts);
  return facts.nowMs < untilMs ? untilMs : undefined;
};

/** Work sometimes takes longer than ever before. */
const marginMs = (longestMs: number): number => longestMs / 2 + 500;

/**
 * Whether the app will finish work that begins now while it stays anyway, judging by the longest of its route. Without
 * any of its route so far, it might take until the deadline, and be cut there.
 */
export const isDoneInTime = (nowMs: number, untilMs: number | undefined, longestMs: number | undefined): boolean =>
  untilMs !== undefined && longestMs !== undefined && nowMs + longestMs + marginMs(longestMs) <= untilMs;
