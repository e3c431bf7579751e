/** The facts of a drain. Times are milliseconds of one clock. */
export interface DrainFacts {
  readonly nowMs: number;
  /** When the pod was deleted. */
  readonly startedMs: number;
  /** The app may stop then, whatever is in flight. */
  readonly deadlineMs: number;
  readonly preStopDelayMs: number;
  /** How long the app stays after its pod's deletion if other apps have called it. */
  readonly callerDelayMs: number;
  /** Deliveries and jobs in flight. */
  readonly workInFlight: number;
  /** Invocations, actor calls and tunnels in flight. */
  readonly callsInFlight: number;
  /** When a call last ended; 0 if none has. */
  readonly lastCallMs: number;
  /** When another app's call last ended; 0 if none has. */
  readonly lastInvocationMs: number;
  /** Whether the app says it is busy; `unasked` if daps has not asked since work was last in flight. */
  readonly busy: 'no-busy-path' | 'unasked' | 'busy' | 'idle';
  /** When the app last said so. */
  readonly busyAskedMs: number;
  /** Whether daps must send callers away before the app stops, and whether it has. */
  readonly callers: 'stay' | 'to-be-sent-away' | 'sent-away';
  /** Since when only calls in flight keep them from being sent away. */
  readonly calmSinceMs: number | undefined;
  /**
   * What happens to new deliveries: daps holds them, because the broker redelivers them. If it does not, daps forwards
   * them until it has ended daprd, which takes no more from then on.
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

/** Calls are over when there was none for this long. */
export const quietMs = 300;

/** How long daps waits for a moment without calls: daprd cancels actor calls in flight when it halts actors. */
export const calmMs = 2000;

/** How long daps believes an app that said it is idle: later calls may have left it work. */
export const believedMs = 250;

/** There are still callers if one has called within this time, e.g. because their DNS is slower. */
export const stillCalledMs = 2000;

/** How long it takes to send callers away that never stop, before the deadline. */
export const sendAwayMs = calmMs + 1000;

/** An app has callers if one has called within this time before its end. */
export const recentlyCalledMs = 60_000;

/** How long a drain may take: the grace period but for what the app and daprd need to end. */
export const drainTimeMs = (config: { readonly gracePeriodMs: number; readonly drainReserveMs: number }): number =>
  Math.max(0, config.gracePeriodMs - config.drainReserveMs);

/** Until when the app serves after its pod's deletion. */
const delayedUntilMs = ({ startedMs, preStopDelayMs, deadlineMs }: DrainFacts): number =>
  Math.min(startedMs + preStopDelayMs, deadlineMs);

/** When no caller should know the pod's address, or daps must send callers away anyway; 0 if it has no callers. */
const forgottenMs = ({ startedMs, lastInvocationMs, callerDelayMs, deadlineMs }: DrainFacts): number =>
  callerDelayMs === 0 || lastInvocationMs === 0 || lastInvocationMs < startedMs - recentlyCalledMs
    ? 0
    : Math.min(Math.max(startedMs + callerDelayMs, lastInvocationMs + stillCalledMs), deadlineMs - sendAwayMs);

/** Until when the app stays, whatever is in flight. */
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

/** How long daps waits for a moment without work before it ends daprd: work may need daprd, and daprd may have a queue. */
export const idleWithinMs = 2000;

/**
 * The steps before daprd's end if the broker does not redeliver: the app works on while it stays anyway, and finishes
 * what is in flight after daprd has ended.
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
