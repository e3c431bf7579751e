import { expect } from 'chai';
import {
  type Machine,
  type Measured,
  type RowFacts,
  sayWorse,
  type Worse,
  worseThanPlain,
} from './support/scenario/never-worse.ts';

interface Given {
  readonly lost?: number;
  readonly doubled?: number;
  readonly cut?: number;
  readonly early?: number;
  readonly longestMs?: number;
  readonly readyMs?: readonly number[];
  readonly stopMs?: readonly number[];
}

const ids = (count = 0): readonly string[] => Array.from({ length: count }, (_, index) => `m${index}`);

const measured = ({
  lost,
  doubled,
  cut,
  early,
  longestMs = 1000,
  readyMs = [500],
  stopMs = [200],
}: Given): Measured => ({
  ledger: {
    lost: ids(lost),
    doubled: ids(doubled),
    cut: ids(cut),
    early: ids(early),
    handOver: { p50: longestMs, p99: longestMs, longest: longestMs },
  },
  readyMs,
  stopMs,
});

const usual: RowFacts = { workMs: 500, keptMs: 1000, outlivedMs: 0, redeliverMs: 0, isKilled: false, chance: 0 };
const killed: RowFacts = { ...usual, isKilled: true };
const unheld: RowFacts = { ...usual, chance: 2 };
const never = Number.NaN;

const cases: readonly (readonly [
  what: string,
  plain: Given,
  daps: Given,
  worse: readonly Worse['figure'][],
  facts?: RowFacts,
  machine?: Machine,
])[] = [
  ['all the same', {}, {}, []],
  ['as many lost', { lost: 2 }, { lost: 2 }, []],
  ['more lost', { lost: 2 }, { lost: 3 }, ['lost']],
  ['more harmed by chance, where nothing is held', { lost: 2 }, { lost: 4, cut: 4 }, [], unheld],
  ['others harmed, where nothing is held', { lost: 1, cut: 4 }, { lost: 4 }, [], unheld],
  ['more harmed than that', { lost: 2 }, { lost: 5 }, ['harmed'], unheld],
  ['one doubled', {}, { doubled: 1 }, ['doubled']],
  ['one cut', {}, { cut: 1 }, ['cut']],
  ['one cut where the app is killed', {}, { cut: 1 }, [], killed],
  ['two doubled where the app is killed', {}, { doubled: 2 }, [], killed],
  ['three doubled where the app is killed', {}, { doubled: 3 }, ['doubled'], killed],
  ['delivered to an unready app', {}, { early: 1 }, ['unready']],
  ['ready after 15 s more', { readyMs: [500] }, { readyMs: [15_500] }, []],
  ['ready after two minutes', { readyMs: [500] }, { readyMs: [120_000] }, ['time to ready']],
  ['one of three pods on a busy machine', { readyMs: [500] }, { readyMs: [500, 60_000, 600] }, []],
  ['handed over after work and two seconds', { longestMs: 1000 }, { longestMs: 3500 }, []],
  [
    'handed over when another container has ended',
    { longestMs: 1000 },
    { longestMs: 8500 },
    [],
    { ...usual, outlivedMs: 5000 },
  ],
  ['handed over later', { longestMs: 1000 }, { longestMs: 3501 }, ['longest hand-over']],
  ['nothing ever handed over by plain Dapr', { longestMs: never, lost: 9 }, { longestMs: 9000 }, []],
  ['handed over later, where plain Dapr loses', { lost: 9 }, { longestMs: 9000 }, []],
  ['handed over later by a killed app', {}, { longestMs: 9000 }, ['longest hand-over'], killed],
  [
    'handed over when the broker gives it again',
    {},
    { longestMs: 20_500 },
    [],
    { ...usual, outlivedMs: 3000, redeliverMs: 17_000 },
  ],
  ['gone after what a drain may take', { stopMs: [200] }, { stopMs: [6700] }, []],
  ['gone at the end of its grace period', { stopMs: [200] }, { stopMs: [30_000] }, ['time to stop']],
  ['gone at once by plain Dapr, which cut its work', { stopMs: [200], cut: 1 }, { stopMs: [20_000] }, []],
  [
    'ready and gone later in a sample, whose rows run at different moments',
    {},
    { readyMs: [40_000], stopMs: [30_000], longestMs: 60_000 },
    [],
    usual,
    'busy',
  ],
  ['ready after two minutes in a sample', {}, { readyMs: [120_000] }, ['time to ready'], usual, 'busy'],
  ['one lost in a sample', {}, { lost: 1 }, ['lost'], usual, 'busy'],
  ['no pod deleted', { stopMs: [] }, { stopMs: [] }, []],
  ['all at once', {}, { lost: 1, cut: 1, readyMs: [99_000] }, ['lost', 'cut', 'time to ready']],
];

describe('what counts as worse than plain Dapr', () => {
  for (const [what, plain, daps, worse, facts = usual, machine = 'quiet'] of cases)
    it(what, () => {
      const found = worseThanPlain(measured(plain), measured(daps), facts, machine);
      expect(found.map(({ figure }) => figure)).to.deep.equal(worse);
    });

  it('says by how much', () => {
    const [worse] = worseThanPlain(measured({ lost: 1 }), measured({ lost: 4 }), usual, 'quiet');
    expect(worse).to.deep.equal({ figure: 'lost', plain: 1, daps: 4, allowed: 1 });
    if (worse === undefined) return;
    const said = sayWorse('helm upgrade, daps', worse);
    expect(said).to.equal('helm upgrade, daps: lost 4, with plain Dapr 1, allowed 1');
  });
});
