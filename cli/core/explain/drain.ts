import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { type DrainFacts, drainStep, drainTimeMs } from '../../../proxy/policy/drain-step.ts';
import { lingersUntilMs } from '../../../proxy/policy/linger.ts';
import { isHttp1 } from '../plan/dapr-checks.ts';
import type { InjectFacts } from '../plan/plan.ts';

/**
 * What a pod has to do when it is deleted. `none`: nothing. `called`: another app called it just now, and does not again.
 * `endless`: a message that takes longer than the pod has.
 */
export type Traffic = 'none' | 'called' | 'endless';

/** A drain as the sidecar would decide it. Milliseconds since the pod was deleted. */
export interface DrainRun {
  /** Until when the app goes on working; undefined where what comes is held from the beginning, or never. */
  readonly worksOnUntilMs: number | undefined;
  readonly sentAwayMs: number | undefined;
  readonly daprdEndedMs: number | undefined;
  readonly endMs: number;
  readonly outcome: 'drained' | 'deadline';
}

/** Any time that leaves room for calls before it: the sidecar takes 0 for "never". */
const startedMs = 1_000_000;

/** Runs a drain by the sidecar's own functions over a time of its own. What daprd and the app are asked takes no time. */
export const drainOf = (facts: InjectFacts, traffic: Traffic): DrainRun => {
  const { settings, dapr, redelivery, preStop } = facts;
  const deadlineMs =
    startedMs + drainTimeMs({ gracePeriodMs: facts.graceSeconds * 1000, drainReserveMs: settings.drainReserveMs });
  const isCalled = traffic === 'called';
  let now: DrainFacts = {
    nowMs: startedMs,
    startedMs,
    deadlineMs,
    preStopDelayMs: settings.preStopDelayMs,
    callerDelayMs: settings.callerDelayMs,
    workInFlight: traffic === 'endless' ? 1 : 0,
    callsInFlight: 0,
    lastCallMs: isCalled ? startedMs : 0,
    lastInvocationMs: isCalled ? startedMs : 0,
    busy: settings.busyPath === undefined ? 'no-busy-path' : 'unasked',
    busyAskedMs: 0,
    callers: isCalled || !isHttp1(dapr.appProtocol) ? 'to-be-sent-away' : 'stay',
    calmSinceMs: undefined,
    intake: redelivery === 'certain' ? 'held' : 'to-be-ended',
    lastAnswerMs: 0,
    longestWorkMs: 0,
  };
  const lingerMs = lingersUntilMs({ ...now, isAppThere: true, isAppKept: preStop.kind !== 'exec' });
  const since = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms - startedMs);
  let sentAwayMs: number | undefined;
  let daprdEndedMs: number | undefined;
  for (;;) {
    const step = drainStep(now);
    switch (step.do) {
      case 'wait':
        now = { ...now, nowMs: step.untilMs };
        break;
      case 'ask-busy':
        now = { ...now, busy: 'idle', busyAskedMs: now.nowMs };
        break;
      case 'send-callers-away':
        sentAwayMs = now.nowMs;
        now = { ...now, callers: 'sent-away' };
        break;
      case 'end-daprd':
        daprdEndedMs = now.nowMs;
        now = { ...now, intake: 'ended' };
        break;
      case 'finish':
        return {
          worksOnUntilMs: since(lingerMs),
          sentAwayMs: since(sentAwayMs),
          daprdEndedMs: since(daprdEndedMs),
          endMs: now.nowMs - startedMs,
          outcome: step.outcome,
        };
      default:
        return unreachable(step);
    }
  }
};
