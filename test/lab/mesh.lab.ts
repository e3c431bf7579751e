import { expect } from 'chai';
import { isAskedFor, telling } from '../support/repeat-alone.ts';
import { ofThisRun } from '../support/run-name.ts';
import { type Measured, sayWorse, worseThanPlain } from '../support/scenario/never-worse.ts';
import { Namespace } from './cluster.ts';
import { Equipment } from './equipment.ts';
import { subscribed } from './messages.ts';
import { Observation, type Observed, quietMs } from './observation.ts';
import { kubectl } from './parts.ts';
import { type Column, columns } from './release.ts';

const workMs = 500;
const perSecond = 10;
const replicas = 2;
const plainQuietMs = 10_000;

const suite = 'a service mesh that redirects all TCP to a proxy in an ordinary container';
const titleOf = (column: Column): string => `${column}: pods start, take messages through the proxy, and are replaced`;
const neverWorse = 'is no worse for pods with daps than for pods with plain Dapr';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** What a rollout did to the messages, and where the proxies of the last pods have passed connections on to. */
interface Played extends Observed {
  readonly places: string;
}

const play = async (equipment: Equipment, column: Column): Promise<Played> => {
  const app = ofThisRun(`mesh-${column.replace(' ', '-')}`);
  const namespace = new Namespace(app);
  await namespace.create();
  try {
    const env = { LEDGER_URL: equipment.ledger.url, TOPIC: app, WORK_MS: String(workMs) };
    await equipment.install({ name: app, namespace: app, column, values: { replicas, env, mesh: true } });
    await namespace.rolledOut(app);
    await subscribed(app, replicas);
    const observation = await Observation.begin(equipment, namespace, { app, load: app, perSecond });
    await observation.begun(2 * perSecond);
    await namespace.restart(app);
    await namespace.rolledOut(app);
    await observation.begun(2 * perSecond);
    const places = await kubectl('logs', `--selector=app=${app}`, '--container=istio-proxy', `--namespace=${app}`);
    const observed = await observation.end(column === 'plain' ? plainQuietMs : quietMs, () => namespace.gone(app));
    return { ...observed, places };
  } finally {
    await namespace.delete();
  }
};

describe(suite, function () {
  this.timeout(900_000);
  const played = new Map<Column, Played>();
  const begun = new Map<Column, Promise<Played>>();
  let equipment: Equipment;

  before(async () => {
    equipment = await Equipment.open();
    const isAsked = (column: Column): boolean =>
      isAskedFor(`${suite} ${titleOf(column)}`) || isAskedFor(`${suite} ${neverWorse}`);
    for (const column of columns.filter(isAsked)) {
      const playing = play(equipment, column);
      playing.catch(() => undefined); // told where it is awaited
      begun.set(column, playing);
    }
  });
  after(async () => {
    await Promise.allSettled(begun.values());
    const rows = [...played].map(([column, { ledger, readyMs, terminations }]) => {
      const { sent, lost, doubled, cut, handOver } = ledger;
      const counts = `${lost.length} lost, ${doubled.length} doubled, ${cut.length} cut of ${sent.length}`;
      const stopMs = terminations.map(({ tookMs }) => tookMs);
      const longest = [Math.max(...readyMs), handOver.longest, Math.max(...stopMs)].map((ms) => seconds(ms));
      return `${column}: ${counts}; longest time to ready, hand-over, time to stop: ${longest.join(', ')}\n`;
    });
    process.stderr.write(`\n${rows.join('')}`);
    await equipment.close();
  });

  for (const column of columns)
    it(titleOf(column), function () {
      return telling(this.test, async (tell) => {
        const one = await begun.get(column);
        if (one === undefined) throw new Error('it was not played');
        played.set(column, one);
        tell(() => one.evidence);
        expect(one.places).to.match(/^inbound .*:8080$/m);
        expect(one.places).to.match(/^outbound .*:5672$/m);
        expect(one.terminations.length).to.be.at.least(replicas);
        if (column === 'plain') return;
        const { lost, doubled, cut, early } = one.ledger;
        expect({ lost, doubled, cut, early }).to.deep.equal({ lost: [], doubled: [], cut: [], early: [] });
      });
    });

  it(neverWorse, async () => {
    const measuredIn = (one: Observed): Measured => ({
      ...one,
      stopMs: one.terminations.map(({ tookMs }) => tookMs),
    });
    const facts = { workMs, keptMs: 5000, outlivedMs: 0, redeliverMs: 0, isKilled: false, chance: 0 };
    const plain = await begun.get('plain');
    if (plain === undefined) throw new Error('plain Dapr was not played');
    const worse = [...played].flatMap(([column, one]) =>
      worseThanPlain(measuredIn(plain), measuredIn(one), facts, 'busy').map((figure) => sayWorse(column, figure)),
    );
    expect(worse.join('\n')).to.equal('');
  });
});
