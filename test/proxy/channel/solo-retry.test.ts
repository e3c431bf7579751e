import { expect } from 'chai';
import { SoloRetry } from '../../../proxy/channel/solo-retry.ts';

describe('SoloRetry', () => {
  /** What is said of each, in the order in which it happens; the app's work and the time are the test's. */
  const stage = () => {
    const seen: string[] = [];
    let isIdle = true;
    let timer: (() => void) | undefined;
    const tries = new SoloRetry<string>({
      isIdle: () => isIdle,
      taken: (owner) => seen.push(`${owner} alone`),
      release: () => seen.push('release'),
      after: (delayMs, call) => {
        expect(delayMs).to.equal(60_000);
        expect(timer, 'one timer at most').to.equal(undefined);
        seen.push('timer');
        timer = call;
        return () => {
          timer = undefined;
        };
      },
    });
    return {
      tries,
      seen,
      works: (does: boolean) => {
        isIdle = !does;
      },
      elapse: () => {
        const call = timer;
        timer = undefined;
        call?.();
      },
      isTimed: () => timer !== undefined,
    };
  };

  it('admits all work while no last try waits', () => {
    const { tries, seen } = stage();
    expect(tries.admits('a')).to.equal(true);
    tries.left('a');
    tries.cut('a', false);
    tries.appIsThere();
    expect([tries.isClosed, tries.admits('a'), seen]).to.deep.equal([false, true, []]);
  });

  it('gives last tries their turns, while all others wait', () => {
    const { tries, seen, isTimed } = stage();
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    tries.appIsThere();
    expect(['c', 'a', 'b', 'c'].map((owner) => tries.admits(owner))).to.deep.equal([false, true, false, false]);
    tries.left('a');
    expect(['c', 'b', 'c'].map((owner) => tries.admits(owner))).to.deep.equal([false, true, false]);
    tries.left('b');
    expect([tries.isClosed, tries.admits('c'), isTimed()]).to.deep.equal([false, true, false]);
    expect(seen).to.deep.equal(['timer', 'a alone', 'release', 'timer', 'b alone', 'release']);
  });

  it('lets a last try wait for the work in flight, at most a minute, whatever else ends meanwhile', () => {
    const { tries, seen, works, elapse } = stage();
    works(true);
    tries.cut('a', true);
    tries.appIsThere();
    for (let calls = 0; calls < 3; calls += 1) {
      expect(tries.admits('a')).to.equal(false);
      tries.left('call');
    }
    expect(seen).to.deep.equal(['timer', 'release', 'release', 'release']);
    elapse();
    expect([tries.isClosed, tries.admits('b'), tries.admits('a')]).to.deep.equal([false, true, true]);
    expect(seen).to.not.include('a alone');
  });

  it('lets the others go after a minute if a last try hangs, and begins again with the next crash', () => {
    const { tries, elapse } = stage();
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    tries.appIsThere();
    expect(tries.admits('a')).to.equal(true);
    elapse();
    expect([tries.admits('b'), tries.admits('c')]).to.deep.equal([true, true]);
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    expect(tries.isClosed).to.equal(true);
  });

  it('begins no last try before the app is known to be there', () => {
    const { tries, seen } = stage();
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    tries.left('a');
    tries.left('call');
    expect(seen).to.deep.equal([]);
    tries.appIsThere();
    tries.left('call');
    expect(seen).to.deep.equal(['release']);
  });

  it('gives no turn to the next last try before the app is there, if one is given up', () => {
    const { tries, seen, isTimed } = stage();
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    tries.appIsThere();
    tries.admits('a');
    tries.cut('a', false);
    tries.left('a');
    expect([seen, isTimed(), tries.isClosed]).to.deep.equal([['timer', 'a alone'], false, true]);
  });
});
