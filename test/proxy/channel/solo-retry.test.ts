import { expect } from 'chai';
import { SoloRetry } from '../../../proxy/channel/solo-retry.ts';

describe('last tries', () => {
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

  it('cost others nothing where nobody has one', () => {
    const { tries, seen } = stage();
    expect(tries.admits('a')).to.equal(true);
    tries.left('a');
    tries.cut('a', false);
    tries.appIsThere();
    expect([tries.isClosed, tries.admits('a'), seen]).to.deep.equal([false, true, []]);
  });

  it('take turns, and all others wait until there is none', () => {
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

  it('wait for the work that the app has in hand, for a minute whatever else ends meanwhile', () => {
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

  it('that hang let the others go after a minute, and the next crash begins anew', () => {
    const { tries, elapse } = stage();
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    tries.appIsThere();
    expect(tries.admits('a')).to.equal(true);
    elapse();
    expect([tries.admits('b'), tries.admits('c')]).to.deep.equal([true, true]);
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    expect(tries.isClosed).to.equal(true);
  });

  it('are not begun while nobody knows whether the app is there', () => {
    const { tries, seen } = stage();
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    tries.left('a');
    tries.left('call');
    expect(seen).to.deep.equal([]);
    tries.appIsThere();
    tries.left('call');
    expect(seen).to.deep.equal(['release']);
  });

  it('that were cut for good give no turn to the next before the app is there', () => {
    const { tries, seen, isTimed } = stage();
    for (const owner of ['a', 'b']) tries.cut(owner, true);
    tries.appIsThere();
    tries.admits('a');
    tries.cut('a', false);
    tries.left('a');
    expect([seen, isTimed(), tries.isClosed]).to.deep.equal([['timer', 'a alone'], false, true]);
  });
});
