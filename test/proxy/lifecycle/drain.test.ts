import { expect } from 'chai';
import { calmMs, type DrainFacts, type DrainStep, drainStep, quietMs } from '../../../proxy/lifecycle/drain.ts';

const idle: DrainFacts = {
  nowMs: 10_000,
  startedMs: 0,
  deadlineMs: 25_000,
  preStopDelayMs: 5000,
  workInFlight: 0,
  callsInFlight: 0,
  lastCallMs: 0,
  busy: 'no-busy-path',
  callers: 'stay',
  calmSinceMs: undefined,
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
    ['callers are away', { callers: 'sent-away' }, { do: 'finish', outcome: 'drained' }],
    ['a call is in flight', { callsInFlight: 1 }, { do: 'wait', for: 'quiet', untilMs: 25_000 }],
    ['a call ended a moment ago', { lastCallMs: 9900 }, { do: 'wait', for: 'quiet', untilMs: 9900 + quietMs }],
    ['calls have been quiet', { lastCallMs: 10_000 - quietMs }, { do: 'finish', outcome: 'drained' }],
    ['calls never end', { callsInFlight: 3, nowMs: 25_000 }, { do: 'finish', outcome: 'deadline' }],
  ];
  for (const [name, facts, step] of cases)
    it(name, () => {
      expect(drainStep({ ...idle, ...facts })).to.deep.equal(step);
    });
});
