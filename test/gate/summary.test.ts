import { expect } from 'chai';
import { repeatCommand } from '../support/repeat-command.ts';
import { type Outcome, summarize } from './summary.ts';

const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  name: 'units',
  tookS: 12,
  budgetS: 60,
  passed: 3,
  failures: [],
  skipped: [],
  times: [],
  hasPassed: true,
  ...more,
});
const failure = (message: string, more: { readonly file?: string; readonly title?: string } = {}) => ({
  title: 'the relay passes an answer',
  file: 'test/proxy/relay.test.ts',
  message,
  stack: `Error: ${message}\n    at relay.test.ts:1`,
  ...more,
});
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
const repeatWith = 'DAPS_SAMPLE=abc';

describe("the gate's last words", () => {
  it('end with the count of all levels', () => {
    const { text, hasPassed } = summarize([outcome(), outcome({ name: 'pods', passed: 4 })], repeatWith);
    expect(hasPassed).to.equal(true);
    expect(lastLine(text)).to.equal('7 passed, 0 failed');
  });

  it('name what failed, the command that repeats it alone, and its story', () => {
    const failures = [failure('pod p-0\n12 ms app start\nlogs: expected [] to equal [ m7 ]')];
    const { text, hasPassed } = summarize([outcome({ failures, hasPassed: false })], repeatWith);
    expect(hasPassed).to.equal(false);
    expect(text).to.include('FAILED the relay passes an answer\nexpected [] to equal [ m7 ]\npod p-0');
    expect(text).to.include(
      "again: DAPS_SAMPLE=abc npx mocha test/proxy/relay.test.ts --fgrep 'the relay passes an answer'",
    );
    expect(text).to.include('    at relay.test.ts:1');
    expect(lastLine(text)).to.equal('3 passed, 1 failed');
  });

  it('fail a level that took longer than its budget, by its name', () => {
    const { text, hasPassed } = summarize([outcome({ tookS: 61 })], repeatWith);
    expect(hasPassed).to.equal(false);
    expect(text).to.include('"units" took 61 s; its budget in test/gate/levels.ts is 60 s');
    expect(lastLine(text)).to.equal('3 passed, 1 failed');
  });

  it('fail where a test was skipped, and name it', () => {
    const { text, hasPassed } = summarize([outcome({ skipped: ['a suite without its tool'] })], repeatWith);
    expect(hasPassed).to.equal(false);
    expect(text).to.include('SKIPPED a suite without its tool');
    expect(lastLine(text)).to.equal('3 passed, 0 failed, 1 skipped');
  });

  it('fail where nothing ran', () => {
    expect(summarize([], repeatWith).hasPassed).to.equal(false);
  });

  it('name the ten slowest tests, the slowest first', () => {
    const times = Array.from({ length: 12 }, (_, index) => ({ title: `test ${index}`, tookS: index }));
    const { text } = summarize([outcome({ times })], repeatWith);
    const listed = [...text.matchAll(/^.* s\s+units\s+test (\d+)$/gm)].map(([, number]) => Number(number));
    expect(listed).to.deep.equal([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });

  it('show a level that was left out', () => {
    expect(summarize([outcome({ tookS: undefined })], repeatWith).text).to.match(/units +3 +0 +0 +left out +60 s/);
  });

  it("repeat the whole suite of a hook that failed, with the cluster's hooks where it needs them", () => {
    const title = 'rollouts "before all" hook for "leaves the pods at work"';
    const command = repeatCommand(failure('', { title, file: 'test/lab/rollout.lab.ts' }), repeatWith);
    expect(command).to.equal(
      'DAPS_SAMPLE=abc npx mocha --require test/lab/root-hooks.ts test/lab/rollout.lab.ts --fgrep rollouts',
    );
  });

  it("keep a title's quotes in one word of a shell", () => {
    expect(repeatCommand(failure('', { title: "the app's hook" }), repeatWith)).to.include(
      "--fgrep 'the app'\\''s hook'",
    );
  });
});
