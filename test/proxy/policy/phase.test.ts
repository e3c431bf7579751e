import { expect } from 'chai';
import { type Phase, type PhaseEvent, phases, transition } from '../../../proxy/policy/phase.ts';

const events: readonly PhaseEvent[] = [
  'app-ready',
  'ready-timeout',
  'circle',
  'app-gone',
  'give-back',
  'given-back',
  'pod-going',
  'app-stays',
  'app-stays-no-more',
  'finished',
  'sigterm',
];

/** Every arrow of the diagram in phase.ts, and no other. */
const diagram: readonly (readonly [Phase, PhaseEvent, Phase])[] = [
  ['waiting', 'app-ready', 'open'],
  ['waiting', 'ready-timeout', 'open'],
  ['waiting', 'circle', 'let-in'],
  ['let-in', 'app-ready', 'open'],
  ['let-in', 'ready-timeout', 'open'],
  ['let-in', 'app-gone', 'app-down'],
  ['let-in', 'give-back', 'giving-back'],
  ['let-in', 'pod-going', 'draining'],
  ['let-in', 'sigterm', 'stopping'],
  ['waiting', 'pod-going', 'draining'],
  ['waiting', 'sigterm', 'stopping'],
  ['open', 'app-gone', 'app-down'],
  ['open', 'give-back', 'giving-back'],
  ['open', 'pod-going', 'draining'],
  ['open', 'sigterm', 'stopping'],
  ['app-down', 'app-ready', 'open'],
  ['app-down', 'ready-timeout', 'open'],
  ['app-down', 'give-back', 'giving-back'],
  ['app-down', 'pod-going', 'draining'],
  ['app-down', 'sigterm', 'stopping'],
  ['giving-back', 'given-back', 'waiting'],
  ['giving-back', 'pod-going', 'draining'],
  ['giving-back', 'sigterm', 'stopping'],
  ['draining', 'app-stays', 'lingering'],
  ['lingering', 'app-stays-no-more', 'draining'],
  ['lingering', 'sigterm', 'stopping'],
  ['draining', 'finished', 'drained'],
  ['draining', 'sigterm', 'stopping'],
  ['drained', 'sigterm', 'stopping'],
];

describe('transition()', () => {
  it('has the arrows of the diagram and no other', () => {
    const arrows = phases.flatMap((phase) =>
      events.flatMap((event) => {
        const next = transition(phase, event);
        return next === undefined ? [] : [[phase, event, next] as const];
      }),
    );
    expect(arrows).to.have.deep.members(diagram);
  });

  it('leads to every phase, and out of every phase but the last', () => {
    const reached = new Set(diagram.map(([, , to]) => to));
    const left = new Set(diagram.map(([from]) => from));
    expect([...reached]).to.have.members([...phases]);
    expect(phases.filter((phase) => !left.has(phase))).to.deep.equal(['stopping']);
  });

  it('never goes back from a drain: a pod that was deleted does not come again', () => {
    const next = (phase: Phase): readonly Phase[] => diagram.filter(([from]) => from === phase).map(([, , to]) => to);
    const going: readonly Phase[] = ['draining', 'lingering', 'drained', 'stopping'];
    for (const phase of going) expect(going).to.include.members([...next(phase)]);
  });
});
