import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AdmissionregistrationV1Api, CoreV1Api } from '@kubernetes/client-node';
import { expect } from 'chai';
import { settled } from '../support/ledger.ts';
import { Caller, invocationUrl } from './caller.ts';
import { eventually, labConfig, Namespace } from './cluster.ts';
import { Equipment } from './equipment.ts';
import { MessageLoad } from './messages.ts';
import type { Values } from './release.ts';

const lineWith = (text: string, what: string): string => {
  const line = text.split('\n').find((one) => one.includes(what));
  if (line === undefined) throw new Error(`nothing says ${what}:\n${text}`);
  return line;
};

const webhook = 'dapr-sidecar-injector';

describe('daprd inline, from facts that daps capture read off the cluster', function () {
  this.timeout(240_000);
  const namespace = new Namespace('inline');
  const apps: string[] = [];
  let equipment: Equipment;

  before(async () => {
    equipment = await Equipment.open();
    await namespace.create();
  });
  after(async () => {
    await namespace.delete();
    await equipment?.close(apps);
  });

  const open = async (name: string): Promise<Namespace> => {
    const own = new Namespace(name);
    await own.create();
    return own;
  };

  /** Installs the shop with daprd inline, and waits until it is Ready. */
  const install = async (app: string, own: Namespace, values: Values = {}): Promise<void> => {
    apps.push(app);
    const env = { LEDGER_URL: equipment.ledger.url, TOPIC: app, WORK_MS: '50', ...(values['env'] ?? {}) };
    const column = 'daps inline';
    await equipment.install({ name: app, namespace: own.name, column, values: { ...values, env } });
    await own.rolledOut(app);
  };

  const reaches = async (app: string, load: string): Promise<void> => {
    const ids = Array.from({ length: 10 }, (_, index) => `${load}.${index}`);
    for (const id of ids) await equipment.messages.publish(app, id);
    const published = ids.map((id) => ({ id, t: Date.now() }));
    const { lost, doubled } = await settled(published, [equipment.ledger.fileOf(load)], 20_000);
    expect({ lost, doubled }).to.deep.equal({ lost: [], doubled: [] });
  };

  it('daps capture writes a file that its --check finds right', async () => {
    await equipment.helm.facts();
    expect(await equipment.helm.drift()).to.equal(undefined);
  });

  it('the webhook leaves the pods alone; they become Ready with daprd first, daps second', async () => {
    await install('inline', namespace, { binding: true, state: true });
    const pods = await namespace.readyPods('inline');
    expect(pods).to.have.length(2);
    for (const { spec } of pods) {
      expect(spec?.initContainers?.map(({ name }) => name)).to.deep.equal(['daprd', 'daps']);
      expect(spec?.containers.map(({ name }) => name)).to.deep.equal(['app']);
    }
  });

  it('sentry, operator and scheduler serve them: a topic, a binding, a job, state', async () => {
    await reaches('inline', 'inline-topic');
    const { messages, ledger } = equipment;
    await messages.enqueue('inline', 'inline-binding.0');
    const [pod] = await namespace.readyPods('inline');
    const address = `http://${pod?.status?.podIP}:8080`;
    expect((await fetch(`${address}/schedule/greeting`, { method: 'POST' })).status).to.equal(200);
    for (const id of ['inline-binding.0', 'job.greeting']) {
      const { lost } = await settled([{ id, t: Date.now() }], [ledger.fileOf(id.split('.')[0] ?? '')], 20_000);
      expect(lost).to.deep.equal([]);
    }
    expect(await (await fetch(`${address}/state`)).json()).to.deep.equal({ kept: pod?.metadata?.name });
  });

  it('an app that the webhook injected calls them, by certificates of the same root', async () => {
    const caller = await Caller.start(namespace);
    await caller.begin({ name: 'calls', url: invocationUrl('inline'), perSecond: 20, keepsConnections: true });
    await delay(1000);
    const calls = await caller.end('calls');
    expect(calls.failed).to.deep.equal([]);
    expect(calls.made).to.be.greaterThan(10);
  });

  it('placement knows their actors', async () => {
    const own = await open('inline-actors');
    await install('inline-actors', own, { state: true, env: { ACTOR: 'cart' } });
    const caller = await Caller.start(own);
    const url = 'http://127.0.0.1:3500/v1.0/actors/cart/7/method/hello';
    await eventually('an actor answers', async () => {
      await caller.begin({ name: 'actors', url, perSecond: 5, keepsConnections: true });
      await delay(1000);
      return (await caller.end('actors')).failedCount === 0;
    });
    await own.delete();
  });

  it('daprd is ended when the app has gone, and half a second after the last message at the earliest', async () => {
    const { messages, ledger } = equipment;
    const own = await open('inline-order');
    await install('inline-order', own, { replicas: 1 });
    const [pod] = await own.readyPods('inline-order');
    const name = pod?.metadata?.name ?? '';
    const [app, daps] = [own.follow(name, 'app'), own.follow(name, 'daps')];
    const load = new MessageLoad(messages, { load: 'order', topic: 'inline-order', perSecond: 20 });
    await delay(3000);
    await own.deletePod(name);
    await delay(500);
    await load.end();
    const sigterm = (JSON.parse(lineWith(await app, '"sigterm"')) as { readonly sigterm: number }).sigterm;
    const ended = (JSON.parse(lineWith(await daps, 'daprd is ended')) as { readonly time: string }).time;
    const finishes = readFileSync(ledger.fileOf('order'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly e: string; readonly pod: string; readonly t: number })
      .filter((event) => event.e === 'finish' && event.pod === name);
    const last = Math.max(...finishes.map(({ t }) => t));
    expect(finishes).not.to.deep.equal([]);
    expect(Date.parse(ended) - sigterm, 'after the app').to.be.greaterThan(0);
    expect(Date.parse(ended) - last, 'after the last message').to.be.at.least(500);
    await own.delete();
  });

  it('unix sockets, an API token, an app token and API logging', async () => {
    const app = 'inline-tokens';
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

  describe('on a cluster without a webhook', () => {
    const api = () => labConfig().makeApiClient(AdmissionregistrationV1Api);
    let saved: Awaited<ReturnType<AdmissionregistrationV1Api['readMutatingWebhookConfiguration']>> | undefined;
    before(async () => {
      saved = await api().readMutatingWebhookConfiguration({ name: webhook });
      await api().deleteMutatingWebhookConfiguration({ name: webhook });
    });
    after(async () => {
      if (saved === undefined) return;
      const { name = webhook, labels = {}, annotations = {} } = saved.metadata ?? {};
      const body = { ...saved, metadata: { name, labels, annotations } };
      await api().createMutatingWebhookConfiguration({ body });
    });

    it('they start all the same, and a topic reaches them', async () => {
      const own = await open('inline-alone');
      await install('inline-alone', own);
      await reaches('inline-alone', 'inline-alone-topic');
      await own.delete();
    });
  });
});
