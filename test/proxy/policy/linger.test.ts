import { expect } from 'chai';
import { sendAwayMs, stillCalledMs } from '../../../proxy/policy/drain-step.ts';
import { isDoneInTime, type LingerFacts, lingersUntilMs } from '../../../proxy/policy/linger.ts';

const justGoing: LingerFacts = {
  nowMs: 10_000,
  startedMs: 10_000,
  deadlineMs: 70_000,
  preStopDelayMs: 5000,
  callerDelayMs: 22_000,
  workInFlight: 0,
  callsInFlight: 0,
  lastCallMs: 0,
  lastInvocationMs: 0,
  busy: 'no-busy-path',
  busyAskedMs: 0,
  callers: 'stay',
  calmSinceMs: undefined,
  intake: 'held',
  lastAnswerMs: 0,
  longestWorkMs: 0,
  isAppThere: true,
  isAppKept: true,
};

describe('lingersUntilMs()', () => {
  const cases: readonly (readonly [string, Partial<LingerFacts>, number | undefined])[] = [
    ['nobody calls the app: until pre-stop-delay is over', {}, 15_000],
    ['the delay is over', { nowMs: 15_000 }, undefined],
    ['there is none', { preStopDelayMs: 0 }, undefined],
    ['work in flight keeps the app for a time that nobody knows', { nowMs: 15_000, workInFlight: 1 }, undefined],
    ['another app called it lately: until that has forgotten the address', { lastInvocationMs: 9000 }, 32_000],
    ['it called while only work kept the app', { nowMs: 16_000, lastInvocationMs: 16_000, workInFlight: 1 }, 32_000],
    ['it goes on calling', { nowMs: 33_000, lastInvocationMs: 33_000 }, 33_000 + stillCalledMs],
    ['callers are not waited for where the setting says so', { lastInvocationMs: 9000, callerDelayMs: 0 }, 15_000],
    [
      'the deadline is earlier than that: there must be time to send callers away',
      { lastInvocationMs: 9000, deadlineMs: 30_000 },
      30_000 - sendAwayMs,
    ],
    ['the delay is longer than the grace period', { preStopDelayMs: 90_000 }, 70_000],
    ['callers have been sent away', { callers: 'sent-away' }, undefined],
    ['an app with a busy-path may work on after its answers', { busy: 'unasked' }, undefined],
    ['the app was not ready, or has refused or cut something', { isAppThere: false }, undefined],
    ['the app has an exec hook of its own, and may get SIGTERM at any time', { isAppKept: false }, undefined],
  ];
  for (const [name, facts, untilMs] of cases)
    it(name, () => {
      expect(lingersUntilMs({ ...justGoing, ...facts })).to.equal(untilMs);
    });
});

describe('isDoneInTime()', () => {
  const cases: readonly (readonly [string, number | undefined, number | undefined, boolean])[] = [
    ['0.5 s of work, 5 s left', 5000, 500, true],
    ['0.5 s of work, and its margin, left', 1250, 500, true],
    ['less than its margin left', 1249, 500, false],
    ['work that is over in no time ends in a margin too', 499, 0, false],
    ['8 s of work, 5 s left', 5000, 8000, false],
    ['none was seen', 5000, undefined, false],
    ['the app does not stay', undefined, 0, false],
  ];
  for (const [name, leftMs, longestMs, isForwarded] of cases)
    it(`${name}: ${isForwarded ? 'forwarded' : 'held'}`, () => {
      const untilMs = leftMs === undefined ? undefined : 1000 + leftMs;
      expect(isDoneInTime(1000, untilMs, longestMs)).to.equal(isForwarded);
    });
});
