import { expect } from 'chai';
import { readSources, type Source } from './support/sources.ts';

/** These sleep and are to wait for events instead. None is to be added, and one that no longer sleeps is to be taken off. */
const stillSleep: readonly string[] = [
  'test/e2e/actors.test.ts',
  'test/e2e/calls.test.ts',
  'test/e2e/sidecar.test.ts',
  'test/lab/faults.lab.ts',
  'test/lab/inline.lab.ts',
  'test/lab/install.lab.ts',
  'test/lab/kubelet-model.lab.ts',
];

const sleeps = ({ code, imports }: Source): boolean =>
  imports.some(({ target }) => /^(node:)?timers(\/promises)?$/.test(target)) || /(?<!\.)\bsetTimeout\(/.test(code);

/**
 * A test that sleeps until something has surely happened fails beside busy neighbors; one that sleeps to see that nothing
 * happens sees nothing there. Tests wait for events (support/eventually.ts), go all the way and back, or move a clock of their
 * own (support/fake-clock.ts).
 */
describe('steady tests', () => {
  const tests = readSources('test').filter(({ path }) => /\.(test|lab)\.ts$/.test(path));

  for (const source of tests.filter(({ path }) => !stillSleep.includes(path)))
    it(`${source.path} does not sleep`, () => expect(sleeps(source)).to.equal(false));

  it('only those are excepted that are there and sleep', () => {
    const sleepers = tests.filter(sleeps).map(({ path }) => path);
    expect(stillSleep.filter((path) => !sleepers.includes(path))).to.deep.equal([]);
  });
});
