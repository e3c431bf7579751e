import { expect } from 'chai';
import {
  believedMs,
  calmMs,
  type DrainFacts,
  type DrainStep,
  drainStep,
  idleWithinMs,
  quietMs,
  recentlyCalledMs,
  sendAwayMs,
  stillCalledMs,
} from '../../../proxy/policy/drain-step.ts';

const callerDelayMs = 22_000;

const idle: DrainFacts = {
  nowMs: 10_000,
  startedMs: 0,
  deadlineMs: 25_000,
  preStopDelayMs: 5000,
  callerDelayMs,
  workInFlight: 0,
  callsInFlight: 0,
  lastCallMs: 0,
  lastInvocationMs: 0,
  busy: 'no-busy-path',
  busyAskedMs: 10_000,
  callers: 'stay',
  calmSinceMs: undefined,
  intake: 'held',
  lastAnswerMs: 0,
  longestWorkMs: 0,
};

describe('drainStep()', () => {
  const cases: readonly (readonly [string, Partial<DrainFacts>, DrainStep])[] = [
    ['nothing is left', {}, { do: 'finish', outcome: 'drained' }],
    ['a delivery is in flight', { workInFlight: 1 }, { do: 'wait', for: 'work', untilMs: 25_000 }],
    ['work goes on until the deadline', { workInFlight: 1, nowMs: 25_000 }, { do: 'finish', outcome: 'deadline' }],
    ['the pod was deleted just now', { nowMs: 1 }, { do: 'wait', for: 'pre-stop-delay', untilMs: 5000 }],
    ['the delay is over', { nowMs: 5000 }, { do: 'finish', outcome: 'drained' }],
    [
      'the delay is longer than the grace period',
      { nowMs: 1, preStopDelayMs: 60_000 },
      { do: 'wait', for: 'pre-stop-delay', untilMs: 25_000 },
    ],
    ['the app was not asked whether it is busy', { busy: 'unasked' }, { do: 'ask-busy' }],
    [
      'it is not asked while work is in flight',
      { busy: 'unasked', workInFlight: 1 },
      { do: 'wait', for: 'work', untilMs: 25_000 },
    ],
    ['the app is busy', { busy: 'busy' }, { do: 'wait', for: 'app-busy', untilMs: 25_000 }],
    ['the app is idle', { busy: 'idle' }, { do: 'finish', outcome: 'drained' }],
    [
      'the app was idle a while ago: calls may have left it work since',
      { busy: 'idle', busyAskedMs: 10_000 - believedMs - 1 },
      { do: 'ask-busy' },
    ],
    [
      'it is not asked again while callers are there: it would be asked for ever',
      { busy: 'idle', busyAskedMs: 6000, lastInvocationMs: 1 },
      { do: 'wait', for: 'callers', untilMs: callerDelayMs },
    ],
    [
      'callers are not waited for where the setting says so',
      { callerDelayMs: 0, lastInvocationMs: 9900 },
      { do: 'finish', outcome: 'drained' },
    ],
    ['callers must go', { callers: 'to-be-sent-away' }, { do: 'send-callers-away' }],
    [
      'callers are not sent away before work is done: that would abort jobs',
      { callers: 'to-be-sent-away', workInFlight: 1 },
      { do: 'wait', for: 'work', untilMs: 25_000 },
    ],
    [
      'callers must go, and a call is in flight: a moment without any is waited for',
      { callers: 'to-be-sent-away', callsInFlight: 1 },
      { do: 'wait', for: 'calm', untilMs: 10_000 + calmMs },
    ],
    [
      'there is no moment without calls',
      { callers: 'to-be-sent-away', callsInFlight: 1, calmSinceMs: 10_000 - calmMs },
      { do: 'send-callers-away' },
    ],
    [
      'another app has called: its daprd may know the address for a while',
      { callers: 'to-be-sent-away', lastInvocationMs: 1, lastCallMs: 1 },
      { do: 'wait', for: 'callers', untilMs: callerDelayMs },
    ],
    [
      'it called shortly before the pod was deleted, and not since',
      { startedMs: 10_000, nowMs: 16_000, deadlineMs: 60_000, lastInvocationMs: 1 },
      { do: 'wait', for: 'callers', untilMs: 10_000 + callerDelayMs },
    ],
    [
      'it has not called for long',
      { startedMs: recentlyCalledMs + 2, nowMs: recentlyCalledMs + 6000, deadlineMs: 90_000, lastInvocationMs: 1 },
      { do: 'finish', outcome: 'drained' },
    ],
    [
      'it goes on calling after that: its DNS is slow',
      { nowMs: callerDelayMs, lastInvocationMs: callerDelayMs - 500, deadlineMs: 60_000 },
      { do: 'wait', for: 'callers', untilMs: callerDelayMs - 500 + stillCalledMs },
    ],
    [
      'the deadline is earlier than that: there must be time to send it away',
      { nowMs: 15_000, lastInvocationMs: 14_900, deadlineMs: 20_000 },
      { do: 'wait', for: 'callers', untilMs: 20_000 - sendAwayMs },
    ],
    [
      'it never stops, and the deadline is near',
      { callers: 'to-be-sent-away', nowMs: 25_000 - sendAwayMs, lastInvocationMs: 24_900 - sendAwayMs },
      { do: 'send-callers-away' },
    ],
    [
      'nobody knows it any more',
      { callers: 'to-be-sent-away', nowMs: callerDelayMs, lastInvocationMs: 1000 },
      { do: 'send-callers-away' },
    ],
    ['callers are away', { callers: 'sent-away' }, { do: 'finish', outcome: 'drained' }],
    ['a call is in flight', { callsInFlight: 1 }, { do: 'wait', for: 'quiet', untilMs: 25_000 }],
    ['a call ended a moment ago', { lastCallMs: 9900 }, { do: 'wait', for: 'quiet', untilMs: 9900 + quietMs }],
    ['calls have been quiet', { lastCallMs: 10_000 - quietMs }, { do: 'finish', outcome: 'drained' }],
    ['messages are delivered once: daprd goes first', { intake: 'to-be-ended' }, { do: 'end-daprd' }],
    [
      '– but not before pre-stop-delay is over, though nothing is left',
      { intake: 'to-be-ended', nowMs: 1 },
      { do: 'wait', for: 'pre-stop-delay', untilMs: 5000 },
    ],
    [
      '– nor before callers have forgotten the address',
      { intake: 'to-be-ended', lastInvocationMs: 1, deadlineMs: 60_000 },
      { do: 'wait', for: 'callers', untilMs: callerDelayMs },
    ],
    [
      '– nor before they have been sent away',
      { intake: 'to-be-ended', callers: 'to-be-sent-away' },
      { do: 'send-callers-away' },
    ],
    [
      '– nor, for a while, in the middle of work',
      { intake: 'to-be-ended', nowMs: 5000, workInFlight: 3 },
      { do: 'wait', for: 'idle', untilMs: 5000 + idleWithinMs },
    ],
    [
      '– nor right after an answer: daprd may have more',
      { intake: 'to-be-ended', nowMs: 5100, lastAnswerMs: 5000 },
      { do: 'wait', for: 'idle', untilMs: 5000 + quietMs },
    ],
    ['– though work never ceases', { intake: 'to-be-ended', workInFlight: 3 }, { do: 'end-daprd' }],
    [
      '– and early enough for the longest work to end by the deadline',
      { intake: 'to-be-ended', nowMs: 2000, workInFlight: 3, longestWorkMs: 14_000 },
      { do: 'end-daprd' },
    ],
    [
      'daprd has gone: its work is waited for',
      { intake: 'ended', workInFlight: 3 },
      { do: 'wait', for: 'work', untilMs: 25_000 },
    ],
    ['daprd has gone and no work is left', { intake: 'ended' }, { do: 'finish', outcome: 'drained' }],
    ['calls never end', { callsInFlight: 3, nowMs: 25_000 }, { do: 'finish', outcome: 'deadline' }],
  ];
  for (const [name, facts, step] of cases)
    it(name, () => {
      expect(drainStep({ ...idle, ...facts })).to.deep.equal(step);
    });
});
