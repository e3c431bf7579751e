import type { V1Container } from '@kubernetes/client-node';
import { expect } from 'chai';
import { ofThisRun } from '../support/run-name.ts';
import { settled } from '../support/scenario/ledger.ts';
import { Caller } from './caller.ts';
import { Namespace } from './cluster.ts';
import { Equipment } from './equipment.ts';
import { subscribed } from './messages.ts';
import { quietMs } from './observation.ts';

const sidecarsOf = (containers: readonly V1Container[] | undefined): readonly string[] =>
  (containers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name);

for (const major of [4, 3] as const) {
  describe(`installed with Helm ${major} and the daps post-renderer`, function () {
    this.timeout(600_000);
    const namespace = new Namespace(ofThisRun(`install-helm${major}`));
    const app = ofThisRun(`shop-helm${major}`);
    let equipment: Equipment;
    let caller: Caller;

    before(async () => {
      equipment = await Equipment.open(major);
      await namespace.create();
      const env = { LEDGER_URL: equipment.ledger.url, TOPIC: app, WORK_MS: '50' };
      const values = { env, binding: true, state: true };
      await equipment.install({ name: app, namespace: namespace.name, column: 'daps', values });
      caller = await Caller.start(namespace);
      await namespace.rolledOut(app);
      await caller.reaches(app);
      await subscribed(app, 2);
    });

    after(async () => {
      await namespace.delete();
      await equipment?.close();
    });

    const finish = async (load: string, ids: readonly string[]): Promise<void> => {
      const published = ids.map((id) => ({ id, t: Date.now() }));
      const found = await settled(published, equipment.ledger.eventsOf(load), quietMs);
      expect(found).to.deep.include({ lost: [], doubled: [] });
    };

    it("every pod has daps and Dapr's own daprd as native sidecars, and is Ready", async () => {
      const pods = await namespace.readyPods(app);
      expect(pods).to.have.length(2);
      for (const { spec } of pods) {
        expect(sidecarsOf(spec?.initContainers)).to.deep.equal(['daps', 'daprd']);
        expect(spec?.containers.map(({ name }) => name)).to.deep.equal(['app']);
      }
    });

    it('calls through daprd and through the Service are answered', async () => {
      await caller.beginBothWays(app, 20);
      await caller.overBothWays(20);
      for (const [name, calls] of Object.entries(await caller.endBothWays())) {
        expect(calls.failed, name).to.deep.equal([]);
        expect(calls.made, name).to.be.greaterThan(10);
      }
    });

    it('a topic and an input binding reach the app, each message once', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => index);
      for (const id of ids) {
        await equipment.messages.publish(app, `topic.${id}`);
        await equipment.messages.enqueue(app, `binding.${id}`);
      }
      for (const load of ['topic', 'binding']) {
        await finish(
          load,
          ids.map((id) => `${load}.${id}`),
        );
      }
    });

    it('a job that the scheduler keeps reaches the app', async () => {
      const [pod] = await namespace.readyPods(app);
      const asked = await fetch(`http://${pod?.status?.podIP}:8080/schedule/greeting`, { method: 'POST' });
      expect(asked.status, await asked.text()).to.equal(200);
      await finish('job', ['job.greeting']);
    });

    it('the state store keeps what the app saves', async () => {
      const [pod] = await namespace.readyPods(app);
      const answer = await fetch(`http://${pod?.status?.podIP}:8080/state`);
      expect(await answer.json()).to.deep.equal({ kept: pod?.metadata?.name });
    });
  });
}
