import { CoreV1Api } from '@kubernetes/client-node';
import { expect } from 'chai';
import { telling } from '../support/repeat-alone.ts';
import { ofThisRun } from '../support/run-name.ts';
import { settled } from '../support/scenario/ledger.ts';
import { Caller, invocationUrl } from './caller.ts';
import { labConfig, Namespace } from './cluster.ts';
import { Equipment } from './equipment.ts';
import { subscribed } from './messages.ts';
import { Observation, quietMs } from './observation.ts';
import type { Values } from './release.ts';
import { hideFromWebhook, seesPodsOf, showToWebhook } from './webhook.ts';

const lineWith = (text: string, what: string): string => {
  const line = text.split('\n').find((one) => one.includes(what));
  if (line === undefined) throw new Error(`nothing says ${what}:\n${text}`);
  return line;
};

describe('daprd inline, from facts that daps capture read off the cluster', function () {
  this.timeout(600_000);
  const inline = ofThisRun('inline');
  const namespace = new Namespace(inline);
  let equipment: Equipment;

  before(async () => {
    equipment = await Equipment.open();
    await namespace.create();
  });
  after(async () => {
    await namespace.delete();
    await equipment?.close();
  });

  const open = async (name: string): Promise<Namespace> => {
    const own = new Namespace(name);
    await own.create();
    return own;
  };

  /** Installs the shop with daprd inline, and waits until it is Ready. */
  const install = async (app: string, own: Namespace, values: Values = {}): Promise<void> => {
    const env = { LEDGER_URL: equipment.ledger.url, TOPIC: app, WORK_MS: '50', ...(values['env'] ?? {}) };
    const column = 'daps inline';
    await equipment.install({ name: app, namespace: own.name, column, values: { ...values, env } });
    await own.rolledOut(app);
    await subscribed(app, (await own.readyPods(app)).length);
  };

  const finished = async (load: string, ids: readonly string[]): Promise<void> => {
    const published = ids.map((id) => ({ id, t: Date.now() }));
    const { lost, doubled } = await settled(published, equipment.ledger.eventsOf(load), quietMs);
    expect({ lost, doubled }, load).to.deep.equal({ lost: [], doubled: [] });
  };
  const reaches = async (app: string, load: string): Promise<void> => {
    const ids = Array.from({ length: 10 }, (_, index) => `${load}.${index}`);
    for (const id of ids) await equipment.messages.publish(app, id);
    await finished(load, ids);
  };

  it('daps capture writes a file that its --check finds right', async () => {
    await equipment.helm.facts();
    expect(await equipment.helm.drift()).to.equal(undefined);
  });

  it('the webhook leaves the pods alone; they become Ready with daprd first, daps second', async () => {
    await install(inline, namespace, { binding: true, state: true });
    const pods = await namespace.readyPods(inline);
    expect(pods).to.have.length(2);
    for (const { spec } of pods) {
      expect(spec?.initContainers?.map(({ name }) => name)).to.deep.equal(['daprd', 'daps']);
      expect(spec?.containers.map(({ name }) => name)).to.deep.equal(['app']);
    }
  });

  it('sentry, operator and scheduler serve them: a topic, a binding, a job, state', async () => {
    await reaches(inline, 'inline-topic');
    await equipment.messages.enqueue(inline, 'inline-binding.0');
    const [pod] = await namespace.readyPods(inline);
    const address = `http://${pod?.status?.podIP}:8080`;
    expect((await fetch(`${address}/schedule/greeting`, { method: 'POST' })).status).to.equal(200);
    await finished('inline-binding', ['inline-binding.0']);
    await finished('job', ['job.greeting']);
    expect(await (await fetch(`${address}/state`)).json()).to.deep.equal({ kept: pod?.metadata?.name });
  });

  it('an app that the webhook injected calls them, by certificates of the same root', async () => {
    const caller = await Caller.start(namespace);
    await caller.begin({ name: 'calls', url: invocationUrl(inline), perSecond: 20, keepsConnections: true });
    await caller.over('calls', 20);
    const calls = await caller.end('calls');
    expect(calls.failed).to.deep.equal([]);
    expect(calls.made).to.be.greaterThan(10);
  });

  it('placement knows their actors', async () => {
    const app = ofThisRun('inline-actors');
    const own = await open(app);
    await install(app, own, { state: true, env: { ACTOR: 'cart' } });
    const caller = await Caller.start(own);
    await caller.answers('http://127.0.0.1:3500/v1.0/actors/cart/7/method/hello');
    await own.delete();
  });

  it('daprd is ended when the app has gone, and half a second after the last message at the earliest', function () {
    return telling(this.test, async (tell) => {
      const app = ofThisRun('inline-order');
      const own = await open(app);
      await install(app, own, { replicas: 1 });
      const [pod] = await own.readyPods(app);
      const name = pod?.metadata?.name ?? '';
      const [appSays, dapsSays] = [own.follow(name, 'app'), own.follow(name, 'daps')];
      const observation = await Observation.begin(equipment, own, { app, load: 'order', perSecond: 20 });
      await observation.begun(40);
      await own.deletePod(name);
      await observation.sent(10);
      const { events, evidence } = await observation.end(quietMs, () => own.gone(app));
      const said = await dapsSays;
      tell(() => `${evidence}\n${said}`);
      const sigterm = (JSON.parse(lineWith(await appSays, '"sigterm"')) as { readonly sigterm: number }).sigterm;
      const ended = (JSON.parse(lineWith(said, 'daps ends daprd')) as { readonly time: string }).time;
      const finishes = events.filter((event) => event.e === 'finish' && event.pod === name);
      const last = Math.max(...finishes.map(({ t }) => t));
      expect(finishes).not.to.deep.equal([]);
      expect(Date.parse(ended) - sigterm, 'after the app').to.be.greaterThan(0);
      expect(Date.parse(ended) - last, 'after the last message').to.be.at.least(500);
      await own.delete();
    });
  });

  it('unix sockets, an API token, an app token and API logging', async () => {
    const app = ofThisRun('inline-tokens');
    const own = await open(app);
    const core = labConfig().makeApiClient(CoreV1Api);
    const body = { metadata: { name: 'tokens' }, stringData: { token: 'lab' } };
    await core.createNamespacedSecret({ namespace: app, body });
    const annotations = {
      'dapr.io/api-token-secret': 'tokens',
      'dapr.io/app-token-secret': 'tokens',
      'dapr.io/enable-api-logging': 'true',
      'dapr.io/unix-domain-socket-path': '/tmp/dapr',
    };
    await install(app, own, { annotations });
    await reaches(app, 'inline-tokens-topic');
    const [pod] = await own.readyPods(app);
    await own.deletePod(pod?.metadata?.name ?? '');
    await own.gone(app);
    await own.delete();
  });

  describe('where no webhook sees them', () => {
    const app = ofThisRun('inline-alone');
    const own = new Namespace(app);
    before(async () => {
      await own.create();
      await hideFromWebhook(own.name);
    });
    after(async () => {
      await showToWebhook(own.name);
      await own.delete();
    });

    it('the webhook still sees the pods of others', async () => {
      expect(await seesPodsOf(own.name)).to.equal(false);
      expect(await seesPodsOf(namespace.name)).to.equal(true);
    });

    it('they start all the same, and a topic reaches them', async () => {
      await install(app, own);
      await reaches(app, 'inline-alone-topic');
      expect(await seesPodsOf(own.name)).to.equal(false);
    });
  });
});
