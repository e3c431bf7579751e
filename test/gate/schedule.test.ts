import { expect } from 'chai';
import { levels } from './levels.ts';
import { runInOrder, type Step } from './schedule.ts';

const step = (name: string, more: Partial<Step> = {}): Step => ({ name, needs: [], after: [], ...more });

/** Every promise that hangs on one that is kept already is kept by then. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Ending {
  readonly name: string;
  readonly hasPassed: boolean;
  readonly isLeftOut: boolean;
}

/** Runs steps by hand: each runs until it is ended. */
class Run {
  readonly began: string[] = [];
  readonly #ends = new Map<string, (ending: Ending) => void>();
  readonly all: Promise<readonly Ending[]>;

  constructor(...steps: readonly Step[]) {
    this.all = runInOrder<Step, Ending>(
      steps,
      ({ name }) => {
        this.began.push(name);
        return new Promise((resolve) => this.#ends.set(name, resolve));
      },
      ({ name }) => ({ name, hasPassed: false, isLeftOut: true }),
    );
  }

  async end(name: string, hasPassed = true): Promise<void> {
    await settled();
    this.#ends.get(name)?.({ name, hasPassed, isLeftOut: false });
    await settled();
  }
}

describe('the order of the levels', () => {
  it('begins at once what waits for nothing', async () => {
    const run = new Run(step('lint'), step('tools'));
    await settled();
    expect(run.began).to.deep.equal(['lint', 'tools']);
    await run.end('lint');
    await run.end('tools');
    await run.all;
  });

  it('begins a step when the steps before it have ended, one that failed among them', async () => {
    const run = new Run(step('lint'), step('tools'), step('pods', { needs: ['tools'], after: ['lint'] }));
    await run.end('tools');
    expect(run.began).not.to.include('pods');
    await run.end('lint', false);
    expect(run.began).to.include('pods');
    await run.end('pods');
    expect((await run.all).map(({ hasPassed }) => hasPassed)).to.deep.equal([false, true, true]);
  });

  it('leaves out a step whose need failed, and every step that needs that one', async () => {
    const run = new Run(step('tools'), step('cluster', { needs: ['tools'] }), step('faults', { needs: ['cluster'] }));
    await run.end('tools', false);
    const left = (await run.all).filter(({ isLeftOut }) => isLeftOut).map(({ name }) => name);
    expect(left).to.deep.equal(['cluster', 'faults']);
  });

  it('refuses a step that waits for one that does not stand before it', async () => {
    const message = await new Run(step('a', { after: ['b'] }), step('b')).all.then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).to.equal('"a" waits for "b", which is not a step before it');
  });

  it('is one that the levels can be run in', async () => {
    const begun: string[] = [];
    const run = async ({ name }: Step): Promise<{ readonly hasPassed: boolean }> => {
      begun.push(name);
      return { hasPassed: true };
    };
    await runInOrder(levels, run, () => ({ hasPassed: false }));
    expect(begun).to.have.members(levels.map(({ name }) => name));
  });
});
