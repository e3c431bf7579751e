import { expect } from 'chai';
import { classify, type Kind, kinds } from '../../../proxy/channel/classify.ts';
import { admission } from '../../../proxy/lifecycle/admission.ts';
import { type Phase, phases } from '../../../proxy/lifecycle/phase.ts';

/** Rows: phases; columns in the order of `kinds`: invocation, actor, job, init, health, delivery. */
const table: Readonly<Record<Phase, string>> = {
  waiting: 'refuse refuse hold hold answer-ok hold',
  'let-in': 'forward forward hold forward answer-ok hold',
  open: 'forward forward forward forward forward forward',
  'app-down': 'refuse refuse hold hold answer-ok hold',
  'giving-back': 'forward forward hold hold answer-ok hold',
  lingering: 'forward forward forward-if-done-in-time forward forward forward-if-done-in-time',
  draining: 'forward forward hold forward answer-ok hold',
  drained: 'forward forward hold forward answer-ok hold',
  stopping: 'forward forward hold forward answer-ok hold',
};

describe('admission()', () => {
  for (const phase of phases)
    it(`${phase}: ${table[phase]}`, () => {
      expect(kinds.map((kind) => admission(phase, kind)).join(' ')).to.equal(table[phase]);
    });

  it('never answers or refuses a delivery: the golden rule', () => {
    for (const phase of phases)
      expect(admission(phase, 'delivery')).to.be.oneOf(['forward', 'forward-if-done-in-time', 'hold']);
  });
});

describe('classify()', () => {
  const cases: readonly (readonly [string, string, boolean, Kind])[] = [
    ['POST', '/orders', false, 'delivery'],
    ['POST', '/', false, 'delivery'],
    ['POST', '/orders', true, 'invocation'],
    ['GET', '/orders', false, 'invocation'],
    ['PUT', '/actors/Cart/7/method/add', false, 'actor'],
    ['DELETE', '/actors/Cart/7', false, 'actor'],
    ['PUT', '/actors/Cart/7/method/remind/tick', false, 'actor'],
    ['PUT', '/actors/Cart/7/method/add', true, 'invocation'],
    ['POST', '/job/nightly', false, 'job'],
    ['POST', '/jobs', false, 'delivery'],
    ['GET', '/dapr/config', false, 'init'],
    ['GET', '/dapr/subscribe', false, 'init'],
    ['GET', '/dapr/subscribe?x=1', false, 'init'],
    ['POST', '/dapr/subscribe', false, 'delivery'],
    ['OPTIONS', '/queue', false, 'init'],
    ['GET', '/health', false, 'health'],
    ['GET', '/health?verbose', false, 'health'],
    ['POST', '/health', false, 'delivery'],
  ];
  for (const [method, target, isDaprCall, kind] of cases)
    it(`${method} ${target}${isDaprCall ? ' between apps' : ''} is ${kind}`, () => {
      expect(classify(method, target, isDaprCall, '/health')).to.equal(kind);
    });
});
