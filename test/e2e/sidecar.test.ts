import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { leaveOut } from '../support/left-out.ts';
import { hasNamespaces } from '../support/pod/namespace.ts';
import { isAskedFor, telling } from '../support/repeat-alone.ts';
import { isFull, sampleOf, sampleSeed } from '../support/sample.ts';
import { ensureRabbit, ensureRedis } from '../support/scenario/broker.ts';
import { sayWorse, worseThanPlain } from '../support/scenario/never-worse.ts';
import { Theatre } from '../support/scenario/runner.ts';
import { type Column, columns, type Played, type Scenario } from '../support/scenario/scenario.ts';
import { isTableWritten, printTable, type Row, writeTable } from '../support/scenario/table.ts';
import { needsTools } from '../support/tools.ts';
import { type Case, factsOf, ready } from './scenarios/case.ts';
import { crashCases } from './scenarios/crashes.ts';
import { http2Cases } from './scenarios/http2.ts';
import { matrix } from './scenarios/matrix.ts';
import { onceCases } from './scenarios/once.ts';
import { rolloutCases } from './scenarios/rollouts.ts';
import { subscriptionCases } from './scenarios/subscriptions.ts';

const groups: readonly (readonly [title: string, cases: readonly Case[]])[] = [
  ['a rollout under load, by broker, length of work and prefetch', matrix],
  ['rollouts, and apps as people write them', rolloutCases],
  ['ways to get messages', subscriptionCases],
  ['brokers that do not deliver again', onceCases],
  ['apps that speak HTTP/2', http2Cases],
  ['apps that crash, hang or stay away', crashCases],
];

const allCases = groups.flatMap(([title, cases]) => cases.map((one) => ({ title, one })));
const isChosen = new Set(
  sampleOf({
    items: allCases,
    nameOf: ({ one }) => one.name,
    kindsOf: ({ one }) => one.kinds ?? [one.name],
  }).map(({ one }) => one),
);
/** Plain Dapr proves nothing of daps: outside of a full run it stands beside one scenario of each group. */
const hasPlain = new Set(
  sampleOf({
    items: allCases.filter(({ one }) => isChosen.has(one) && (one.columns ?? columns).includes('plain')),
    nameOf: ({ one }) => one.name,
    kindsOf: ({ title }) => [title],
  }).map(({ one }) => one),
);
const columnsOf = (one: Case): readonly Column[] =>
  (one.columns ?? columns).filter((column) => column !== 'plain' || hasPlain.has(one));

const neverWorse = 'no row with daps is worse than with plain Dapr';

const isPlayable = async (one: Case): Promise<boolean> => one.needsNamespaces !== true || hasNamespaces();

const resiliencyFile = 'fixtures/example/resiliency.yaml';

const zeros = { lost: [], doubled: [], early: [] };

interface Cell extends Played {
  readonly column: Column;
}

describe('a real daprd, a real broker, and pods as daps makes them', function () {
  this.timeout(600_000); // the longest takes three minutes, on a machine that has nothing else to do
  const theatre = new Theatre();
  /** Side by side, in the order of the tests: nearly all of their time is spent asleep. */
  const begun = new Map<Case, Promise<readonly Cell[]>>();
  const rows: Row[] = [];

  const playAll = (one: Case): Promise<readonly Cell[]> =>
    Promise.all(columnsOf(one).map(async (column) => ({ column, ...(await theatre.play(one, column)) })));

  before(async function () {
    needsTools(this, 'daprd', 'daprd-1.16');
    if (!existsSync('dist/daps-sidecar.mjs'))
      throw new Error('dist/daps-sidecar.mjs is missing; build it with: npm run build');
    await ensureRabbit();
    await ensureRedis();
    if (!isFull)
      leaveOut(
        `${allCases.length - isChosen.size} of ${allCases.length} scenarios with pods, and plain Dapr beside most; sample ${sampleSeed}; DAPS_FULL=1 plays all`,
      );
    process.stdout.write(
      `    ${(await hasNamespaces()) ? 'pods in network namespaces, ports as in a cluster' : 'pods with shifted ports'}\n`,
    );
    const suite = this.test?.parent?.fullTitle();
    for (const { title, one } of allCases) {
      const titles = [`${title} ${one.name}`, ...(hasPlain.has(one) ? [neverWorse] : [])];
      if (!(await isPlayable(one))) continue;
      if (!isChosen.has(one) || !titles.some((each) => isAskedFor(`${suite} ${each}`))) continue;
      const cells = playAll(one);
      cells.catch(() => undefined); // told where it is awaited
      begun.set(one, cells);
    }
  });
  after(async () => {
    await theatre.close();
    printTable(rows);
    if (isTableWritten && isFull) writeTable(rows);
  });

  for (const [title, cases] of groups)
    describe(title, () => {
      for (const one of cases.filter((each) => isChosen.has(each)))
        it(one.name, async function () {
          if (!(await isPlayable(one))) this.skip();
          return telling(this.test, async (tell) => {
            tell(() => theatre.storyOf(one));
            const cells = await (begun.get(one) ?? playAll(one));
            rows.push(...cells.map((cell) => ({ ...cell, scenario: one.name })));
            for (const cell of cells) {
              if (cell.column === 'plain') continue;
              const { ledger, column } = cell;
              expect(ledger.sent.length, column).to.be.greaterThan(3);
              expect(ledger, column).to.deep.include({
                ...zeros,
                ...(one.mayCut === true ? {} : { cut: [] }),
                ...(one.isUnread === true ? { lost: ledger.lost, doubled: ledger.doubled, cut: ledger.cut } : {}),
                ...(one.mayLose === true ? { lost: ledger.lost } : {}),
              });
              one.check?.(cell, column);
            }
          });
        });
    });

  it(neverWorse, async () => {
    const played = await Promise.allSettled(
      [...begun].map(async ([one, cells]) => ({ one, cells: await cells })), // what fails is told by its own test
    );
    const worse = played.flatMap((row) => {
      if (row.status === 'rejected') return [];
      const { one, cells } = row.value;
      const plain = cells.find(({ column }) => column === 'plain');
      if (plain === undefined) return [];
      return cells.flatMap((cell) =>
        worseThanPlain(plain, cell, factsOf(one), isFull ? 'quiet' : 'busy').map((figure) =>
          sayWorse(`${one.name}, ${cell.column}`, figure),
        ),
      );
    });
    expect(worse.join('\n')).to.equal('');
  });

  it('a sidecar that is killed comes back; with the Resiliency of the docs nothing is lost', function () {
    const killed: Scenario = {
      name: 'the sidecar is killed',
      app: { WORK_MS: '300' },
      annotations: ready,
      perSecond: 10,
      replicas: 1,
      resources: [parse(readFileSync(resiliencyFile, 'utf8')) as object],
      act: async ({ pods, finished }) => {
        pods[0]?.kill('daps');
        await finished(30);
      },
    };
    return telling(this.test, async (tell) => {
      tell(() => theatre.storyOf(killed));
      const { ledger } = await theatre.play(killed, 'daps, injector');
      expect(ledger.sent.length).to.be.greaterThan(30);
      expect(ledger.lost).to.deep.equal([]);
      expect(ledger.early).to.deep.equal([]);
      // What the app did for an answer that nobody could take any more is done once more: doubled by definition.
    });
  });

  it('the drain is begun from inside the container only', async function () {
    if (!(await hasNamespaces())) this.skip(); // all pods are one address then
    const asked: (number | undefined)[] = [];
    const outsider: Scenario = {
      name: 'somebody else asks',
      app: { WORK_MS: '300' },
      annotations: ready,
      perSecond: 10,
      replicas: 1,
      act: async ({ pods, finished }) => {
        for (const { address, ports } of pods) {
          const url = `http://${address}:${ports.control}/daps/self-shutdown`;
          asked.push((await fetch(url, { method: 'POST', headers: { 'x-forwarded-for': '127.0.0.1' } })).status);
        }
        await finished(10);
      },
    };
    await telling(this.test, async (tell) => {
      tell(() => theatre.storyOf(outsider));
      const { ledger, story } = await theatre.play(outsider, 'daps, injector');
      expect(asked).to.deep.equal([404]);
      expect(ledger).to.deep.include({ ...zeros, cut: [] });
      expect(story).not.to.include('→ draining');
    });
  });
});
