import { expect } from 'chai';
import { WorkTime } from '../../../proxy/channel/work-time.ts';

const hourMs = 3_600_000;

describe('how long work took', () => {
  let nowMs = 0;
  let times: WorkTime;
  beforeEach(() => {
    nowMs = 1000;
    times = new WorkTime(() => nowMs);
  });

  const work = (target: string, ms: number, isAnswered = true): void => {
    const end = times.begin(target);
    nowMs += ms;
    end(isAnswered);
  };

  it('is unknown before any ended', () => {
    expect(times.longestMs('/orders')).to.equal(undefined);
    times.begin('/orders');
    expect(times.longestMs('/orders'), 'only begun').to.equal(undefined);
    work('/orders', 40, false);
    expect(times.longestMs('/orders'), 'cut').to.equal(undefined);
  });

  it('is the longest of each route', () => {
    for (const ms of [300, 700, 200]) work('/orders?x=1', ms);
    work('/reports', 20_000);
    expect(times.longestMs('/orders')).to.equal(700);
    expect(times.longestMs('/reports?y')).to.equal(20_000);
    expect(times.longestMs('/others')).to.equal(undefined);
  });

  it('counts work in flight that takes longer', () => {
    work('/orders', 300);
    const end = times.begin('/orders');
    nowMs += 5000;
    expect(times.longestMs('/orders')).to.equal(5000);
    end(false);
    expect(times.longestMs('/orders')).to.equal(300);
  });

  it('forgets a long time after an hour or two', () => {
    work('/orders', 9000);
    nowMs += hourMs;
    work('/orders', 100);
    expect(times.longestMs('/orders')).to.equal(9000);
    nowMs += hourMs;
    work('/orders', 100);
    expect(times.longestMs('/orders')).to.equal(100);
    nowMs += 3 * hourMs;
    expect(times.longestMs('/orders')).to.equal(0);
  });

  it('keeps a limited number of routes, and all others as one', () => {
    for (let route = 0; route < 1000; route += 1) work(`/job/${route}`, route);
    expect(times.longestMs('/job/3')).to.equal(3);
    expect(times.longestMs('/job/990')).to.equal(999);
    expect(times.longestMs('/job/new')).to.equal(999);
  });
});
