import { expect } from 'chai';
import { Pace } from '../../../proxy/control/pace.ts';
import { FakeClock } from '../../support/sidecar/fake-clock.ts';

describe('the pace of requests', () => {
  const begin = (perSecond: number, burst: number) => {
    const clock = new FakeClock();
    const went: string[] = [];
    const pace = new Pace({ perSecond, burst }, clock.nowMs, clock.after);
    const enter = (name: string): (() => void) => pace.enter(() => void went.push(name));
    const passes = (ms: number): void => {
      const untilMs = clock.nowMs() + ms;
      while (clock.step(untilMs)) {}
      clock.moveTo(untilMs);
    };
    return { went, enter, passes };
  };

  it('gives a few their turn at once', () => {
    const { went, enter } = begin(10, 3);
    for (const name of ['a', 'b', 'c', 'd']) enter(name);
    expect(went).to.deep.equal(['a', 'b', 'c']);
  });

  it('gives the others their turn in order, so many a second', () => {
    const { went, enter, passes } = begin(10, 1);
    for (const name of ['a', 'b', 'c', 'd']) enter(name);
    passes(110);
    expect(went).to.deep.equal(['a', 'b']);
    enter('e');
    passes(1000);
    expect(went).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
  });

  it('skips callers who have gone', () => {
    const { went, enter, passes } = begin(10, 1);
    enter('a');
    const leave = enter('b');
    enter('c');
    leave();
    passes(110);
    expect(went).to.deep.equal(['a', 'c']);
  });

  it('saves up no more than the few', () => {
    const { went, enter, passes } = begin(10, 2);
    passes(60_000);
    for (const name of ['a', 'b', 'c']) enter(name);
    expect(went).to.deep.equal(['a', 'b']);
  });
});
