import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { telling } from '../support/repeat-alone.ts';
import { ofThisRun } from '../support/run-name.ts';
import { clusterMs, Namespace } from './cluster.ts';
import { crash, type Daemon, ensure, lastLines, pidOf, stop } from './daemon.ts';
import { Equipment } from './equipment.ts';
import { subscribed } from './messages.ts';
import { Observation, quietMs } from './observation.ts';
import * as parts from './parts.ts';
import { up } from './up.ts';

describe('parts of the cluster that die', function () {
  this.timeout(900_000);

  it('a second lab:up leaves everything as it is', async () => {
    const before = parts.all.map(({ name }) => pidOf(name));
    await up();
    expect(parts.all.map(({ name }) => pidOf(name))).to.deep.equal(before);
    expect(before).not.to.include(undefined);
  });

  it('lab:up brings back a part that is gone, and only that one', async () => {
    const before = pidOf(parts.apiServer.name);
    await crash(parts.coreDns.name);
    await up();
    expect(pidOf(parts.coreDns.name)).not.to.equal(undefined);
    expect(pidOf(parts.apiServer.name)).to.equal(before);
  });

  const broken = (script: string): Daemon => ({
    name: 'broken-part',
    command: 'sh',
    args: ['-c', script],
    isReady: async () => false,
  });
  afterEach(() => stop('broken-part', 100));

  it('a part that ends half way is named, with its last lines', async () => {
    const failure = await ensure(broken('echo the disk is full >&2; exit 1')).catch((error: Error) => error.message);
    expect(failure).to.match(/^broken-part has ended; its last lines:\n[\s\S]*the disk is full$/);
  });

  it('a part that never becomes ready is named, with its last lines', async () => {
    const failure = await ensure(broken('echo waiting for a peer; sleep 60'), 500).catch(
      (error: Error) => error.message,
    );
    expect(failure).to.match(
      /^broken-part runs but is not ready after 0\.5 s; its last lines:\n[\s\S]*waiting for a peer$/,
    );
    expect(lastLines('broken-part')).to.include('waiting for a peer');
  });

  describe('in the middle of a drain', () => {
    const app = ofThisRun('drain-faults');
    const namespace = new Namespace(app);
    let equipment: Equipment;

    before(async () => {
      equipment = await Equipment.open();
      await namespace.create();
      const env = { LEDGER_URL: equipment.ledger.url, TOPIC: app, WORK_MS: '6000' };
      const values = { replicas: 2, env };
      await equipment.install({ name: app, namespace: app, column: 'daps', values });
      await namespace.rolledOut(app);
      await subscribed(app, 2);
    });
    after(async () => {
      await namespace.delete();
      await equipment?.close();
    });

    for (const part of [parts.kubelet, parts.apiServer, parts.containerd])
      it(`${part.name} is killed and started again: nothing is lost, doubled or cut`, function () {
        return telling(this.test, async (tell) => {
          const of = { app, load: `${app}-${part.name}`, perSecond: 2 };
          const observation = await Observation.begin(equipment, namespace, of);
          await observation.begun(8);
          const [pod] = await namespace.readyPods(app);
          const name = pod?.metadata?.name ?? '';
          await namespace.deletePod(name);
          await observation.says(name, '→ draining');
          await observation.begun(2);
          await crash(part.name);
          await ensure(part);
          await observation.begun(4);
          const isGone = async (): Promise<boolean> => {
            const left = await namespace.pods(app).catch(() => undefined);
            return left?.every(({ metadata }) => metadata?.name !== name) ?? false;
          };
          const { ledger, evidence } = await observation.end(quietMs, () =>
            eventually(`${name} is gone`, isGone, clusterMs),
          );
          tell(() => evidence);
          const { lost, doubled, cut, early } = ledger;
          expect({ lost, doubled, cut, early }).to.deep.equal({ lost: [], doubled: [], cut: [], early: [] });
          await namespace.rolledOut(app);
        });
      });
  });
});
