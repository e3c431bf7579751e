/** What is known while the pod drains. Times are milliseconds of one clock. */
export interface DrainFacts {
  readonly nowMs: number;
  /** When the pod was going. */
  readonly startedMs: number;
  /** The app is let go then, whatever is left. */
  readonly deadlineMs: number;
  readonly preStopDelayMs: number;
  /** The app is kept for so long after its pod's deletion where other apps have called it. */
  readonly callerDelayMs: number;
  /** Deliveries and jobs in the app's hands. */
  readonly workInFlight: number;
  /** Invocations, actor calls and tunnels in the app's hands. */
  readonly callsInFlight: number;
  /** When a call last ended; 0 where none came. */
  readonly lastCallMs: number;
  /** When another app's call last ended; 0 where none came. */
  readonly lastInvocationMs: number;
  /** Whether the app says it is busy; `unasked` where it has not been asked since work was last in flight. */
  readonly busy: 'no-busy-path' | 'unasked' | 'busy' | 'idle';
  /** When the app last said so. */
  readonly busyAskedMs: number;
  /** Whether callers must be sent away before the app goes, and whether they have been. */
  readonly callers: 'stay' | 'to-be-sent-away' | 'sent-away';
  /** Since when only calls in flight keep them from being sent away. */
  readonly calmSinceMs: number | undefined;
  /**
   * What becomes of deliveries that come: the broker gives them again, so they are held; or it does not, so they are
   * forwarded until daprd has been ended, which takes no more from then on.
   */
  readonly intake: 'held' | 'to-be-ended' | 'ended';
  /** When the app last answered anything; 0 before. */
  readonly lastAnswerMs: number;
  /** The longest that work took so far. */
  readonly longestWorkMs: number;
}

export type DrainStep =
  | {
      readonly do: 'wait';
      readonly for: 'work' | 'pre-stop-delay' | 'app-busy' | 'callers' | 'calm' | 'quiet' | 'idle';
      readonly untilMs: number;
    }
  | { readonly do: 'ask-busy' }
  | { readonly do: 'send-callers-away' }
  | { readonly do: 'end-daprd' }
  | { readonly do: 'finish'; readonly outcome: 'drained' | 'deadline' };

/** Calls are over when none was there for this long. */
export const quietMs = 300;

/** How long a moment without calls is waited for: daprd cancels the actor calls that are under way when it halts actors. */
export const calmMs = 2000;

/** How long an app that said it is idle is believed: calls that have come since may have left it work. */
export const believedMs = 250;

/** Callers are still there when one called within this time, e.g. because their DNS is slower. */
export const stillCalledMs = 2000;

/** Callers that never stop must still be sent away before the deadline, which takes this long. */
export const sendAwayMs = calmMs + 1000;

/** An app that was called this long before its end has callers. */
export const recentlyCalledMs = 60_000;

/** How long a drain may take: the grace period but for what the app and daprd need to end. */
export const drainTimeMs = (config: { readonly gracePeriodMs: number; readonly drainReserveMs: number }): number =>
  Math.max(0, config.gracePeriodMs - config.drainReserveMs);

/** Until when the app serves though its pod was deleted. */
const delayedUntilMs = ({ startedMs, preStopDelayMs, deadlineMs }: DrainFacts): number =>
  Math.min(startedMs + preStopDelayMs, deadlineMs);

/** When no caller should know the pod's address any more, or must be sent away all the same; 0 where it has no callers. */
const forgottenMs = ({ startedMs, lastInvocationMs, callerDelayMs, deadlineMs }: DrainFacts): number =>
  callerDelayMs === 0 || lastInvocationMs === 0 || lastInvocationMs < startedMs - recentlyCalledMs
    ? 0
    : Math.min(Math.max(startedMs + callerDelayMs, lastInvocationMs + stillCalledMs), deadlineMs - sendAwayMs);

/** Until when the app stays, whatever it has to do. */
export const staysUntilMs = (facts: DrainFacts): number => Math.max(delayedUntilMs(facts), forgottenMs(facts));

/** Decides the next step of a drain after everything that happens; proxy/README.md, rule 8, has the order. */
export const drainStep = (facts: DrainFacts): DrainStep => {
  const { nowMs, deadlineMs } = facts;
  if (nowMs >= deadlineMs) return { do: 'finish', outcome: 'deadline' };
  if (facts.intake === 'to-be-ended') return intakeStep(facts);
  const delayUntilMs = delayedUntilMs(facts);
  if (facts.workInFlight > 0) return { do: 'wait', for: 'work', untilMs: deadlineMs };
  if (nowMs < delayUntilMs) return { do: 'wait', for: 'pre-stop-delay', untilMs: delayUntilMs };
  if (facts.busy === 'unasked') return { do: 'ask-busy' };
  if (facts.busy === 'busy') return { do: 'wait', for: 'app-busy', untilMs: deadlineMs };
  const forgottenUntilMs = forgottenMs(facts);
  if (facts.callers !== 'sent-away' && nowMs < forgottenUntilMs)
    return { do: 'wait', for: 'callers', untilMs: forgottenUntilMs };
  if (facts.callers === 'to-be-sent-away') {
    const untilMs = Math.min((facts.calmSinceMs ?? nowMs) + calmMs, deadlineMs);
    return facts.callsInFlight > 0 && nowMs < untilMs
      ? { do: 'wait', for: 'calm', untilMs }
      : { do: 'send-callers-away' };
  }
  const quietAtMs = facts.lastCallMs === 0 ? 0 : facts.lastCallMs + quietMs;
  if (facts.callsInFlight > 0) return { do: 'wait', for: 'quiet', untilMs: deadlineMs };
  if (nowMs < quietAtMs) return { do: 'wait', for: 'quiet', untilMs: Math.min(quietAtMs, deadlineMs) };
  const isNews = nowMs - facts.busyAskedMs <= believedMs;
  if (facts.busy === 'idle' && !isNews) return { do: 'ask-busy' };
  return { do: 'finish', outcome: 'drained' };
};

/** A moment without work is waited for this long before daprd is ended: work may need daprd, and daprd may have a queue. */
export const idleWithinMs = 2000;

/**
 * What comes before daprd's end where nobody delivers again what it has taken: the app works on while it stays anyway,
 * and what it has in hand when daprd is ended it finishes afterwards.
 */
const intakeStep = (facts: DrainFacts): DrainStep => {
  const { nowMs, startedMs, deadlineMs, callers, callsInFlight, workInFlight } = facts;
  const latestMs = Math.max(startedMs, deadlineMs - 1.5 * facts.longestWorkMs - sendAwayMs);
  const mustSendAway = callers === 'to-be-sent-away';
  if (nowMs >= latestMs) return mustSendAway ? { do: 'send-callers-away' } : { do: 'end-daprd' };
  const delayUntilMs = Math.min(delayedUntilMs(facts), latestMs);
  if (nowMs < delayUntilMs) return { do: 'wait', for: 'pre-stop-delay', untilMs: delayUntilMs };
  const forgottenUntilMs = callers === 'sent-away' ? 0 : Math.min(forgottenMs(facts), latestMs);
  if (nowMs < forgottenUntilMs) return { do: 'wait', for: 'callers', untilMs: forgottenUntilMs };
  if (mustSendAway) {
    const untilMs = Math.min((facts.calmSinceMs ?? nowMs) + calmMs, latestMs);
    const isCalm = callsInFlight === 0 && workInFlight === 0;
    return isCalm || nowMs >= untilMs ? { do: 'send-callers-away' } : { do: 'wait', for: 'calm', untilMs };
  }
  if (callsInFlight > 0) return { do: 'wait', for: 'quiet', untilMs: latestMs };
  const idleByMs = Math.min(Math.max(delayUntilMs, forgottenMs(facts)) + idleWithinMs, latestMs);
  const idleAtMs = Math.min(workInFlight > 0 ? idleByMs : facts.lastAnswerMs + quietMs, idleByMs);
  return nowMs < idleAtMs ? { do: 'wait', for: 'idle', untilMs: idleAtMs } : { do: 'end-daprd' };
};
