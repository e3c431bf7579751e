import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { ensureRabbit, ensureRedis, redisPubsub } from '../support/broker.ts';
import { until } from '../support/kubelet-hooks.ts';
import { type Column, columns, type Played, play, type Scenario } from '../support/scenario.ts';
import { printTable, type Row, writeTable } from '../support/scenario-table.ts';
import { needsTools } from '../support/tools.ts';

/** `cut: true`: what an app has in hand when it is killed is cut by definition, and must be finished by a replay. */
interface Case extends Scenario {
  readonly columns?: readonly Column[];
  readonly mayCut?: boolean;
  readonly check?: (played: Played, column: Column) => void;
}

const times =
  (count: number, act: Scenario['act']): Scenario['act'] =>
  async (stage) => {
    for (let round = 0; round < count; round += 1) await act(stage);
  };
const rollout: Scenario['act'] = ({ rollout: replaceAll }) => replaceAll();
const dapsOnly: readonly Column[] = ['daps, injector', 'daps, inline'];
const ready = { 'daps.io/pre-stop-delay': '1s' };

const cases: readonly Case[] = [
  {
    name: '0.5 s of work, app exits on SIGTERM, six rollouts',
    app: { WORK_MS: '500' },
    annotations: ready,
    perSecond: 15,
    replicas: 1,
    act: times(6, rollout),
  },
  {
    name: '8 s of work, app drains itself, three rollouts',
    app: { WORK_MS: '8000', DRAINS_ITSELF: '1' },
    annotations: ready,
    perSecond: 1,
    replicas: 1,
    quietMs: 20_000,
    act: times(3, rollout),
  },
  {
    name: '0.1 s of work, three rollouts',
    app: { WORK_MS: '100' },
    annotations: ready,
    perSecond: 20,
    replicas: 2,
    act: times(3, rollout),
  },
  {
    name: '2 s of work, a rollout',
    app: { WORK_MS: '2000' },
    annotations: ready,
    perSecond: 5,
    replicas: 2,
    act: rollout,
  },
  {
    name: '40 s of work, a pod replaced',
    app: { WORK_MS: '40000' },
    annotations: { ...ready, 'daps.io/grace-period': '90s' },
    perSecond: 0.2,
    replicas: 1,
    quietMs: 60_000,
    act: rollout,
  },
  {
    name: 'requeueInFailure, 0.5 s of work',
    app: { WORK_MS: '500' },
    annotations: ready,
    pubsub: { requeueInFailure: 'true' },
    perSecond: 10,
    replicas: 2,
    act: rollout,
  },
  {
    name: 'prefetch 1',
    app: { WORK_MS: '200' },
    annotations: ready,
    pubsub: { prefetchCount: '1' },
    perSecond: 5,
    replicas: 2,
    act: rollout,
  },
  {
    name: 'prefetch 100',
    app: { WORK_MS: '1000' },
    annotations: ready,
    pubsub: { prefetchCount: '100' },
    perSecond: 30,
    replicas: 2,
    act: rollout,
  },
  {
    name: 'Redis Streams, 0.5 s of work',
    app: { WORK_MS: '500' },
    annotations: ready,
    pubsub: redisPubsub({ redeliverInterval: '2s', processingTimeout: '5s' }),
    perSecond: 10,
    replicas: 2,
    quietMs: 15_000,
    act: rollout,
  },
  {
    name: 'scale 1 → 3 → 1',
    app: { WORK_MS: '500' },
    annotations: ready,
    perSecond: 15,
    replicas: 1,
    act: async ({ start, stop, pods }) => {
      await Promise.all([start(), start()]);
      await delay(1500);
      await Promise.all(pods.slice(0, 2).map((pod) => stop(pod)));
    },
  },
  {
    name: 'the app is killed under load',
    app: { WORK_MS: '500', BOOT_MS: '1500', EARLY_LISTEN: '1' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    mayCut: true,
    quietMs: 8000,
    act: async ({ pods }) => {
      pods[0]?.kill('app');
      await delay(5000);
    },
  },
  {
    name: 'the app hangs and its liveness probe restarts it',
    app: { WORK_MS: '500', BOOT_MS: '1000', EARLY_LISTEN: '1' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    mayCut: true,
    act: async ({ pods }) => {
      await pods[0]?.restart('app');
      await delay(3000);
    },
  },
  {
    name: 'slow start of 6 s, listening early',
    app: { WORK_MS: '200', BOOT_MS: '6000', EARLY_LISTEN: '1' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    act: rollout,
  },
  {
    name: 'an app that ignores SIGTERM',
    app: { WORK_MS: '500', IGNORE_SIGTERM: '1' },
    annotations: { ...ready, 'daps.io/drain-reserve': '2s' },
    perSecond: 10,
    replicas: 1,
    act: rollout,
  },
  {
    name: 'work after the answer, busy-path',
    app: { WORK_MS: '100', AFTER_MS: '3000' },
    annotations: { ...ready, 'daps.io/busy-path': '/busy' },
    perSecond: 5,
    replicas: 1,
    act: rollout,
  },
  {
    name: 'bulk subscription',
    app: { WORK_MS: '800', BULK: '10' },
    annotations: ready,
    perSecond: 20,
    replicas: 1,
    act: rollout,
  },
  {
    name: 'publishes from its SIGTERM handler',
    app: { WORK_MS: '300', PUBLISH_ON_SIGTERM: '1' },
    annotations: ready,
    perSecond: 10,
    replicas: 2,
    act: rollout,
    check: ({ ledger }) => {
      expect(ledger.lastWords.failed).to.deep.equal([]);
      expect(ledger.lastWords.published).to.have.length.of.at.least(2);
    },
  },
  {
    // Under full load: with room in its prefetch this daprd takes more while it ends, and NACKs it itself (dapr#9604).
    name: 'daprd 1.16.5, which knows no forced end',
    app: { WORK_MS: '1000' },
    annotations: ready,
    pubsub: { prefetchCount: '3' },
    perSecond: 12,
    replicas: 1,
    daprdTool: 'daprd-1.16',
    columns: ['plain', 'daps, inline'],
    act: rollout,
  },
  {
    name: 'hooks called twice',
    app: { WORK_MS: '500' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    columns: dapsOnly,
    act: async ({ start, stop, pods }) => {
      const [old] = pods;
      await start();
      if (old !== undefined) await stop(old, { callHooksTwice: true });
    },
  },
  {
    name: "daps' own hook never called",
    app: { WORK_MS: '500', DRAINS_ITSELF: '1' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    columns: dapsOnly,
    act: async ({ start, stop, pods }) => {
      const [old] = pods;
      await start();
      if (old !== undefined) await stop(old, { skipHooks: ['daps'] });
    },
  },
  {
    name: 'an app away for longer than give-back-after',
    app: { WORK_MS: '300', BOOT_MS: '9000' },
    annotations: { ...ready, 'daps.io/give-back-after': '2s' },
    perSecond: 10,
    replicas: 2,
    columns: dapsOnly,
    mayCut: true,
    quietMs: 10_000,
    act: async ({ pods }) => {
      pods[0]?.kill('app');
      await delay(4500);
    },
    check: ({ story }) => expect(story).to.include('its messages go to others'),
  },
];

const zeros = { lost: [], doubled: [], early: [] };

describe('a real daprd, a real broker, and pods as daps makes them', function () {
  this.timeout(300_000);
  const rows: Row[] = [];

  before(async function () {
    needsTools(this, 'daprd', 'daprd-1.16');
    if (!existsSync('dist/daps-sidecar.mjs'))
      throw new Error('dist/daps-sidecar.mjs is missing; build it with: npm run build');
    await ensureRabbit();
    await ensureRedis();
  });
  after(() => {
    printTable(rows);
    if (process.env['DAPS_WRITE_TABLE'] === '1') writeTable(rows);
  });

  for (const one of cases)
    it(one.name, async () => {
      const chosen = one.columns ?? columns;
      const played = await Promise.all(chosen.map(async (column) => ({ column, ...(await play(one, column)) })));
      rows.push(...played.map(({ column, ledger }) => ({ scenario: one.name, column, ledger })));
      for (const result of played) {
        if (result.column === 'plain') continue;
        const { ledger, story, column } = result;
        expect(ledger.sent.length, story).to.be.greaterThan(3);
        expect(ledger, `${column}\n${story}`).to.deep.include(one.mayCut === true ? zeros : { ...zeros, cut: [] });
        one.check?.(result, column);
      }
    });

  it('a sidecar that is killed comes back, and messages flow again', async () => {
    const killed: Scenario = {
      name: 'the sidecar is killed',
      app: { WORK_MS: '300' },
      annotations: ready,
      pubsub: { requeueInFailure: 'true' },
      perSecond: 10,
      replicas: 1,
      quietMs: 10_000,
      act: async ({ pods }) => {
        pods[0]?.kill('daps');
        await delay(8000);
      },
    };
    const { ledger, story } = await play(killed, 'daps, injector');
    const afterwards = ledger.sent.slice(-30);
    expect(ledger.finished, story).to.include.members([...afterwards]);
    expect(ledger.early, story).to.deep.equal([]);
  });

  it('a delivery that crashes the app each time reaches the dead-letter topic, and nothing else is lost', async () => {
    const poison: Scenario = {
      name: 'poison',
      app: { WORK_MS: '200', CRASH_ON: 'm7', DEAD_LETTER: 'dead' },
      annotations: { ...ready, 'daps.io/replays': '1' },
      perSecond: 5,
      replicas: 1,
      quietMs: 10_000,
      act: async ({ pods }) => {
        const isLetFail = (): boolean => pods[0]?.log('daps').some((line) => line.includes('is let fail')) === true;
        if (!(await until(isLetFail, 30_000))) throw new Error(`m7 is not let fail\n${pods[0]?.describe()}`);
        await delay(2000);
      },
    };
    const { ledger, story } = await play(poison, 'daps, injector');
    expect(ledger.lost, story).to.deep.equal(['m7']);
    expect(ledger.doubled, story).to.deep.equal([]);
  });
});
