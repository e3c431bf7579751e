import { expect } from 'chai';
import { admission } from '../../../proxy/policy/admission.ts';
import { requestKinds } from '../../../proxy/policy/classify.ts';
import { type Phase, phases } from '../../../proxy/policy/phase.ts';

/** Rows: phases; columns in the order of `kinds`: invocation, actor, job, init, health, delivery, self-invocation. */
const table: Readonly<Record<Phase, string>> = {
  waiting: 'refuse refuse hold hold answer-ok hold refuse',
  'let-in': 'forward forward hold forward answer-ok hold forward',
  open: 'forward forward forward forward forward forward forward',
  'app-down': 'refuse refuse hold hold answer-ok hold refuse',
  'giving-back': 'forward forward hold hold answer-ok hold forward',
  lingering: 'forward forward forward-if-done-in-time forward forward forward-if-done-in-time forward',
  draining: 'forward forward hold forward answer-ok hold forward',
  drained: 'forward forward hold forward answer-ok hold forward',
  stopping: 'forward forward hold forward answer-ok hold forward',
};

describe('admission()', () => {
  for (const phase of phases)
    it(`${phase}: ${table[phase]}`, () => {
      expect(requestKinds.map((kind) => admission(phase, kind, 'certain')).join(' ')).to.equal(table[phase]);
    });

  it('holds no work of a pod that goes if the broker does not redeliver', () => {
    const forwards = phases.filter((phase) => admission(phase, 'delivery', 'uncertain') === 'forward');
    expect(forwards).to.deep.equal(['open', 'draining', 'lingering', 'drained']);
    for (const phase of phases.filter((one) => !forwards.includes(one)))
      expect(admission(phase, 'job', 'uncertain'), phase).to.equal('hold');
  });

  it('never answers or refuses a delivery: the golden rule', () => {
    for (const phase of phases)
      expect(admission(phase, 'delivery', 'certain')).to.be.oneOf(['forward', 'forward-if-done-in-time', 'hold']);
  });
});
