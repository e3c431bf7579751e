import { expect } from 'chai';
import { readSources, type Source } from './support/sources.ts';

const sleeps = ({ code, imports }: Source): boolean =>
  imports.some(({ target }) => /^(node:)?timers(\/promises)?$/.test(target)) || /(?<!\.)\bsetTimeout\(/.test(code);

/**
 * A test that sleeps until something has surely happened fails beside busy neighbors; one that sleeps to see that nothing
 * happens sees nothing there. Tests wait for events (support/eventually.ts), go all the way and back, or move a clock of their
 * own (support/fake-clock.ts).
 */
describe('steady tests', () => {
  const tests = readSources('test').filter(({ path }) => /\.(test|lab)\.ts$|^test\/e2e\/scenarios\//.test(path));

  for (const source of tests) it(`${source.path} does not sleep`, () => expect(sleeps(source)).to.equal(false));
});
