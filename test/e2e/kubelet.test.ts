import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { parse } from 'yaml';
import { injected } from '../support/cli/daps.ts';
import { EventFiles } from '../support/event-files.ts';
import { eventually } from '../support/eventually.ts';
import { hasNamespaces, Namespace } from '../support/pod/namespace.ts';
import { usualPorts } from '../support/pod/network.ts';
import { Pod, type PodOptions } from '../support/pod/pod.ts';
import { Publisher } from '../support/pod/publisher.ts';
import { subscriber } from '../support/pod/subscriber.ts';
import type { Container, PodTemplate } from '../support/pod/template.ts';
import { telling } from '../support/repeat-alone.ts';
import { ofThisRun } from '../support/run-name.ts';
import {
  consumersInRabbit,
  ensureRabbit,
  ensureRedis,
  isConsumedFromRedis,
  queueOf,
  rabbitPubsub,
  redisPubsub,
  waitingInRabbit,
} from '../support/scenario/broker.ts';
import { type BrokerNames, claimNames, namesOf, removeNames } from '../support/scenario/broker-names.ts';
import { type Ledger, settled } from '../support/scenario/ledger.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { needsTools } from '../support/tools.ts';

const eventMs = 60_000;

const node = (script: string): { command: string; args: string[] } => ({
  command: process.execPath,
  args: ['--input-type=module', '--eval', script],
});
const up = `setInterval(() => {}, 1000); process.stdout.write('up\\n');`;
const polite = node(`process.on('SIGTERM', () => setTimeout(() => process.exit(0), 50)); ${up}`);
const stubborn = node(`process.on('SIGTERM', () => {}); ${up}`);
const slowToListen = node(`
  import { createServer } from 'node:http';
  setTimeout(() => createServer((_, response) => response.end()).listen(process.env.PORT, '0.0.0.0'), 300);
`);

const said = ({ events }: Pod): readonly string[] =>
  events.map(({ container, what, how }) => [container, what, how].filter((word) => word !== undefined).join(' '));
const happens = (pod: Pod, what: string, times = 1): Promise<void> => {
  const isSo = (): boolean => said(pod).filter((event) => event === what).length >= times;
  return eventually(`"${what}" happens`, isSo, eventMs, () => pod.describe());
};
const hasSpoken = (pod: Pod, name: string): Promise<void> =>
  eventually(
    `${name} has said something`,
    () => pod.log(name).length > 0,
    eventMs,
    () => pod.describe(),
  );
/** A process that has its handlers says "up". */
const isUp = (pod: Pod, ...names: readonly string[]): Promise<void> => {
  const isSo = (): boolean => names.every((name) => pod.log(name).some((line) => line.endsWith(' up')));
  return eventually(`${names.join(', ')} are up`, isSo, eventMs, () => pod.describe());
};

for (const network of ['shifted', 'namespace'] as const)
  describe(`the test kubelet, ${network === 'shifted' ? 'pods with shifted ports' : 'pods in namespaces'}`, function () {
    this.timeout(120_000);
    let pod: Pod | undefined;
    before(async function () {
      if (network === 'namespace' && !(await hasNamespaces())) this.skip(); // shifted ports are what is used then
    });
    afterEach(() => pod?.dispose());

    const sidecar = (name: string, more: Partial<Container> = {}): Container => ({
      name,
      restartPolicy: 'Always',
      ...more,
    });
    const start = async (spec: PodTemplate['spec'], programs: PodOptions['programs']): Promise<Pod> => {
      pod = await Pod.start({ name: 'pod', template: { spec }, daprd: 'none', programs, backOffMs: 100, network });
      return pod;
    };

    it('starts in order, waits for startup probes, and stops in reverse, hooks first and side by side', async () => {
      const startupProbe = { httpGet: { port: 'probe' }, periodSeconds: 1, failureThreshold: 5 };
      const running = await start(
        {
          initContainers: [
            sidecar('first', { ports: [{ name: 'probe', containerPort: 9001 }], startupProbe }),
            sidecar('second', { lifecycle: { preStop: { sleep: { seconds: 0.1 } } } }),
            { name: 'setup' },
          ],
          containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: 0.4 } } } }],
        },
        { first: slowToListen, second: polite, setup: node(''), app: polite },
      );
      expect(said(running)).to.deep.equal([
        'first started',
        'second started',
        'setup started',
        'setup exited 0',
        'app started',
      ]);
      const [first, second] = running.events;
      expect((second?.t ?? 0) - (first?.t ?? 0), 'the probe was waited for').to.be.at.least(300);
      running.events.length = 0;
      await isUp(running, 'second', 'app');
      await running.stop();
      expect(said(running)).to.deep.equal([
        'app hook-begin',
        'second hook-begin',
        'second hook-end slept',
        'app hook-end slept',
        'app sigterm',
        'app exited 0',
        'second sigterm',
        'second exited 0',
        'first sigterm',
        'first exited SIGTERM',
      ]);
    });

    it('kills what is left at the end of the grace period, 2 s after SIGTERM at the earliest', async () => {
      const running = await start(
        { terminationGracePeriodSeconds: 1, containers: [{ name: 'app' }] },
        { app: stubborn },
      );
      await isUp(running, 'app');
      await running.stop();
      expect(said(running)).to.deep.equal(['app started', 'app sigterm', 'app sigkill', 'app exited SIGKILL']);
      const [, terminated, killed] = running.events;
      expect((killed?.t ?? 0) - (terminated?.t ?? 0)).to.be.at.least(1990);
    });

    it('starts a container again: at once after a liveness restart, with its hook, and after a pause when it died', async () => {
      const preStop = { sleep: { seconds: 0.05 } };
      const running = await start({ containers: [{ name: 'app', lifecycle: { preStop } }] }, { app: polite });
      await running.restart('app', { callHooksTwice: true });
      await happens(running, 'app started', 2);
      running.kill('app');
      await happens(running, 'app started', 3);
      const hooks = said(running).filter((event) => event.includes('hook'));
      expect(hooks.filter((event) => event === 'app hook-begin')).to.have.length(2);
      const died = running.events.findLast(({ how }) => how === 'SIGKILL')?.t ?? 0;
      expect((running.events.at(-1)?.t ?? 0) - died).to.be.at.least(95);
    });

    it('runs a pod that daps injected: ports of its own, hooks that reach daps', async () => {
      const { spec } = parse(
        injected(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  template:
    metadata:
      annotations: { dapr.io/enabled: "true", dapr.io/app-id: orders, dapr.io/app-port: "8080" }
    spec:
      containers:
        - name: app
          image: app:1
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 } }
`),
      ) as { spec: { template: PodTemplate } };
      const daps = node(`
      import { createServer } from 'node:http';
      const { DAPS_CONTROL_PORT, DAPS_CHANNEL_PORT, DAPS_APP_PORT, DAPS_READY_PROBE, DAPS_POD_NAME } = process.env;
      const line = [process.argv[1], DAPS_CHANNEL_PORT, DAPS_APP_PORT, DAPS_READY_PROBE, DAPS_POD_NAME].join(' ') + '\\n';
      const isHook = process.argv[1] !== undefined;
      if (isHook) process.stdout.write(line);
      else createServer(({ url }, response) => {
        process.stdout.write(url + '\\n');
        setTimeout(() => response.end(), 300);
      }).listen(DAPS_CONTROL_PORT ?? 9697, '0.0.0.0', () => process.stdout.write(line));
    `);
      pod = await Pod.start({
        name: 'orders-1',
        template: spec.template,
        daprd: 'none',
        programs: { daps, app: polite },
        network,
      });
      await isUp(pod, 'app');
      await hasSpoken(pod, 'daps');
      await pod.stop();
      const { channel, app } = pod.ports;
      if (network === 'namespace') expect(pod.ports).to.include({ app: 8080, channel: 9696, control: 9697 });
      const env = `${network === 'shifted' ? channel : ''} ${app} http://127.0.0.1:${app}/healthz orders-1`;
      const lines = pod.log('daps').map((line) => line.slice(13));
      expect(lines[0]).to.equal(` ${env}`);
      expect(lines.slice(1)).to.have.members(['/daps/app-shutdown', `self-shutdown ${env}`]);
      const order = said(pod).filter((event) => !event.startsWith('daps hook'));
      expect(order).to.deep.equal([
        'daps started',
        'app started',
        'app hook-begin',
        'app hook-end 200',
        'app sigterm',
        'app exited 0',
        'daps sigterm',
        'daps exited SIGTERM',
      ]);
    });
  });

describe('network namespaces of pods', function () {
  this.timeout(120_000);
  before(async function () {
    if (!(await hasNamespaces())) this.skip();
  });

  it("give no connection daprd's ports", async () => {
    const ports = { ...usualPorts, app: 8080, channel: 9696, control: 9697, daprdGrpc: 50_001 };
    const one = await Namespace.open(ports);
    try {
      const [command = '', ...args] = [...one.enter, 'cat', '/proc/sys/net/ipv4/ip_local_reserved_ports'];
      expect((await execa(command, args)).stdout).to.equal('50001-50002');
    } finally {
      await one.close();
    }
  });
});

describe('the test kubelet with plain Dapr', function () {
  this.timeout(300_000);
  const appId = ofThisRun('kubelet');
  const topic = `${appId}-topic`;
  const queue = queueOf(appId, topic);
  const folder = openTempFolder();
  const pods: Pod[] = [];
  let publisher: Publisher | undefined;
  let names: BrokerNames | undefined;

  const template: PodTemplate = {
    metadata: { annotations: { 'dapr.io/app-id': appId, 'dapr.io/app-port': '8080' } },
    spec: { containers: [{ name: 'app', ports: [{ containerPort: 8080 }] }] },
  };
  /** How long nothing happens before a message counts as lost: where that would be a failure, and where it is usual. */
  const nothingIsLostMs = 60_000;
  const plainLosesMs = 5000;
  const eventsFile = (name: string): string => join(folder.path, `${name}.jsonl`);
  const startPod = async (name: string, options: Partial<PodOptions> = {}): Promise<Pod> => {
    const app = subscriber({ TOPIC: topic, EVENTS_FILE: eventsFile(name), WORK_MS: '100' });
    const resources = [rabbitPubsub()];
    const pod = await Pod.start({ name, template, daprd: 'regular', programs: { app }, resources, ...options });
    pods.push(pod);
    await pod.ready();
    return pod;
  };
  const story = (): string => pods.map((pod) => pod.describe()).join('\n\n');
  const subscribed = (consumers: number): Promise<void> =>
    eventually(`${consumers} consumers`, async () => (await consumersInRabbit(queue)) >= consumers, eventMs);
  const publish = async (prefix: string, count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await publisher?.publish(topic, `${prefix}-${n}`);
  };
  const ledgerOf = (quietMs: number, ...from: readonly string[]): Promise<Ledger> =>
    settled(publisher?.published ?? [], new EventFiles(() => from.map(eventsFile)), quietMs);

  before(async function () {
    needsTools(this, 'daprd');
    await ensureRabbit();
    names = await claimNames(namesOf([appId], [topic]));
  });
  afterEach(async () => {
    await Promise.all(pods.splice(0).map((pod) => pod.dispose()));
    await publisher?.dispose();
    publisher = undefined;
  });
  after(async () => {
    folder.remove();
    if (names !== undefined) await removeNames(names);
  });

  it('one pod works on everything that is published', function () {
    return telling(this.test, async (tell) => {
      tell(story);
      publisher = await Publisher.start([rabbitPubsub()]);
      const pod = await startPod('one');
      await subscribed(1);
      await publish('one', 50);
      const ledger = await ledgerOf(nothingIsLostMs, 'one');
      expect(ledger).to.deep.include({ lost: [], doubled: [], cut: [], early: [] });
      expect(ledger.finished).to.have.length(50);
      expect(ledger.handOver.p99).to.be.at.least(100);
      await pod.stop();
      expect(await waitingInRabbit(queue)).to.equal(0);
      expect(said(pod)).to.include.members(['app exited 0', 'daprd exited 0']);
    });
  });

  for (const daprd of ['regular', 'injector'] as const) {
    it(`a rollout cuts and loses what it will (${daprd} daprd), and the ledger adds up`, function () {
      return telling(this.test, async (tell) => {
        tell(story);
        publisher = await Publisher.start([rabbitPubsub()]);
        const [before, after] = [`${daprd}-before`, `${daprd}-after`];
        const old = await startPod(before, { daprd });
        await subscribed(1);
        const publishing = publish(daprd, 200);
        await startPod(after, { daprd });
        await subscribed(2);
        await old.stop();
        await publishing;
        const { sent, finished, lost, cut } = await ledgerOf(plainLosesMs, before, after);
        expect(sent).to.have.length(200);
        expect([...finished, ...lost]).to.have.members([...sent]);
        expect(sent).to.include.members([...cut]);
        const last = said(old).slice(-2);
        if (daprd === 'injector') expect(last[0], 'daprd outlives the app').to.equal('daprd sigterm');
      });
    });
  }

  it('Redis will do as well, and so will an older daprd', function () {
    needsTools(this, 'daprd-1.16');
    return telling(this.test, async (tell) => {
      tell(story);
      await ensureRedis();
      publisher = await Publisher.start([redisPubsub()]);
      const pod = await startPod('redis', { resources: [redisPubsub()], daprdTool: 'daprd-1.16' });
      await eventually('the app has subscribed', () => isConsumedFromRedis(appId, topic), eventMs);
      await publish('redis', 10);
      const { lost } = await ledgerOf(nothingIsLostMs, 'redis');
      expect(lost).to.deep.equal([]);
      expect(pod.log('daprd').join('\n')).to.include('ver=1.16.5');
    });
  });
});
