import { expect } from 'chai';
import { type AfterCut, afterCut, type CutFacts, isReplayable } from '../../../proxy/policy/after-cut.ts';
import { requestKinds } from '../../../proxy/policy/classify.ts';

const replays = 2;

/** The first cut of a delivery on a new connection, before any byte of its answer. */
const delivery: CutFacts = {
  kind: 'delivery',
  attempts: 1,
  isWhole: true,
  responseForwarded: false,
  wasConnected: true,
  wasIdle: false,
};

const rows: readonly (readonly [title: string, facts: Partial<CutFacts>, expected: AfterCut])[] = [
  ['keeps a delivery that was cut once', {}, 'hold'],
  ['keeps a delivery until its replays are used up', { attempts: replays }, 'hold'],
  ['gives a delivery up after its replays', { attempts: replays + 1 }, 'give-up'],
  ['keeps a delivery that the app refused, however often', { attempts: replays + 1, wasConnected: false }, 'hold'],
  ['keeps a delivery that cannot be sent again', { isWhole: false }, 'hold'],
  ['resends a delivery that met a closing idle connection', { wasIdle: true }, 'resend'],
  ['keeps a delivery that met a closing idle connection twice', { wasIdle: true, attempts: 2 }, 'hold'],
  ['keeps a partial delivery that met a closing idle connection', { wasIdle: true, isWhole: false }, 'hold'],
  ['keeps a delivery of whose answer daprd has a part', { responseForwarded: true, attempts: replays }, 'hold'],
  [
    'resets a delivery of whose answer daprd has a part, after its replays',
    { responseForwarded: true, attempts: replays + 1 },
    'reset',
  ],
  ['keeps a job', { kind: 'job' }, 'hold'],
  ['gives a job up after its replays', { kind: 'job', attempts: replays + 1 }, 'give-up'],
  ["keeps daprd's question for subscriptions", { kind: 'init' }, 'hold'],
  ["resets daprd's question for subscriptions after its replays", { kind: 'init', attempts: replays + 1 }, 'reset'],
  ['answers a health check of an app that refuses', { kind: 'health', wasConnected: false }, 'answer-healthy'],
  ['answers a health check that cannot be sent again', { kind: 'health', isWhole: false }, 'answer-healthy'],
  ['sends a health check again that the app cut twice', { kind: 'health', attempts: 2 }, 'ask-again'],
  ['resets a health check that the app cut three times', { kind: 'health', attempts: 3 }, 'reset'],
  ['tells a caller that the app closed the connection', { kind: 'invocation' }, 'app-cut'],
  ['tells a caller that the app refuses connections', { kind: 'invocation', wasConnected: false }, 'app-down'],
  ['resets a call of whose answer daprd has a part', { kind: 'invocation', responseForwarded: true }, 'reset'],
  ['resends a call that met a closing idle connection', { kind: 'actor', wasIdle: true }, 'resend'],
];

describe('afterCut()', () => {
  for (const [title, facts, expected] of rows)
    it(title, () => expect(afterCut({ ...delivery, ...facts }, replays)).to.equal(expected));

  it('never resends a request that is not whole', () => {
    for (const kind of requestKinds)
      for (const attempts of [0, 1, 2, 3])
        for (const flags of [0, 1, 2, 3, 4, 5, 6, 7]) {
          const facts = {
            kind,
            attempts,
            isWhole: false,
            responseForwarded: (flags & 1) > 0,
            wasConnected: (flags & 2) > 0,
            wasIdle: (flags & 4) > 0,
          };
          expect(afterCut(facts, replays), JSON.stringify(facts)).not.to.be.oneOf(['resend', 'ask-again']);
        }
  });

  it('gives up nothing but deliveries and jobs, and no call is kept', () => {
    for (const kind of requestKinds) {
      const isWork = kind === 'delivery' || kind === 'job';
      expect(afterCut({ ...delivery, kind, attempts: 9 }, replays) === 'give-up', kind).to.equal(isWork);
      expect(isReplayable(kind), kind).to.equal(isWork || kind === 'init');
    }
  });
});
