import { expect } from 'chai';
import { systemClock } from '../../../proxy/adapters/clock.ts';

describe('the system clock', () => {
  const real = globalThis.setTimeout;
  afterEach(() => {
    globalThis.setTimeout = real;
  });

  it('waits for longer than a timer of Node holds, part by part', () => {
    const asked: number[] = [];
    globalThis.setTimeout = ((call: () => void, delayMs: number) => {
      asked.push(delayMs);
      call();
    }) as unknown as typeof setTimeout;
    let isOver = false;
    const months = 600 * 3_600_000 * 3;
    systemClock.after(months, () => {
      isOver = true;
    });
    expect(isOver).to.equal(true);
    expect(asked).to.have.length(4);
    expect(Math.max(...asked)).to.be.at.most(2 ** 31 - 1);
    expect(asked.reduce((sum, delayMs) => sum + delayMs, 0)).to.equal(months);
  });
});
