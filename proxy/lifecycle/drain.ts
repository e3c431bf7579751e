/** What is known while the pod drains. Times are milliseconds of one clock. */
export interface DrainFacts {
  readonly nowMs: number;
  /** When the pod was going. */
  readonly startedMs: number;
  /** The app is let go then, whatever is left. */
  readonly deadlineMs: number;
  readonly preStopDelayMs: number;
  /** Deliveries and jobs in the app's hands. */
  readonly workInFlight: number;
  /** Invocations, actor calls and tunnels in the app's hands. */
  readonly callsInFlight: number;
  /** When a call last ended; 0 where none came. */
  readonly lastCallMs: number;
  /** Whether the app says it is busy; `unasked` where it has not been asked since work was last in flight. */
  readonly busy: 'no-busy-path' | 'unasked' | 'busy' | 'idle';
  /** Whether callers must be sent away before the app goes, and whether they have been. */
  readonly callers: 'stay' | 'to-be-sent-away' | 'sent-away';
  /** Since when only calls in flight keep them from being sent away. */
  readonly calmSinceMs: number | undefined;
}

export type DrainStep =
  | {
      readonly do: 'wait';
      readonly for: 'work' | 'pre-stop-delay' | 'app-busy' | 'calm' | 'quiet';
      readonly untilMs: number;
    }
  | { readonly do: 'ask-busy' }
  | { readonly do: 'send-callers-away' }
  | { readonly do: 'finish'; readonly outcome: 'drained' | 'deadline' };

/** Calls are over when none was there for this long. */
export const quietMs = 300;

/** How long a moment without calls is waited for: daprd cancels the actor calls that are under way when it halts actors. */
export const calmMs = 2000;

/** The next step of a drain (design: work, delay, busy, callers, quiet), decided anew after everything that happens. */
export const drainStep = (facts: DrainFacts): DrainStep => {
  const { nowMs, deadlineMs } = facts;
  if (nowMs >= deadlineMs) return { do: 'finish', outcome: 'deadline' };
  const delayUntilMs = Math.min(facts.startedMs + facts.preStopDelayMs, deadlineMs);
  if (facts.workInFlight > 0) return { do: 'wait', for: 'work', untilMs: deadlineMs };
  if (nowMs < delayUntilMs) return { do: 'wait', for: 'pre-stop-delay', untilMs: delayUntilMs };
  if (facts.busy === 'unasked') return { do: 'ask-busy' };
  if (facts.busy === 'busy') return { do: 'wait', for: 'app-busy', untilMs: deadlineMs };
  if (facts.callers === 'to-be-sent-away') {
    const untilMs = Math.min((facts.calmSinceMs ?? nowMs) + calmMs, deadlineMs);
    return facts.callsInFlight > 0 && nowMs < untilMs
      ? { do: 'wait', for: 'calm', untilMs }
      : { do: 'send-callers-away' };
  }
  const quietAtMs = facts.lastCallMs === 0 ? 0 : facts.lastCallMs + quietMs;
  if (facts.callsInFlight > 0) return { do: 'wait', for: 'quiet', untilMs: deadlineMs };
  if (nowMs < quietAtMs) return { do: 'wait', for: 'quiet', untilMs: Math.min(quietAtMs, deadlineMs) };
  return { do: 'finish', outcome: 'drained' };
};
