import { join } from 'node:path';
import { CoreV1Api, type V1PodSpec } from '@kubernetes/client-node';
import { expect } from 'chai';
import type { EventFiles } from '../support/event-files.ts';
import { eventually } from '../support/eventually.ts';
import type { LocalProgram } from '../support/pod/container.ts';
import { Pod } from '../support/pod/pod.ts';
import type { PodTemplate } from '../support/pod/template.ts';
import { telling } from '../support/repeat-alone.ts';
import { ofThisRun } from '../support/run-name.ts';
import { root } from '../support/sources.ts';
import { clusterMs, isReady, labConfig, Namespace } from './cluster.ts';
import { LedgerServer } from './ledger-server.ts';
import { imageNames } from './places.ts';

/** What a witness is told, besides its name. */
interface Manners {
  readonly startMs?: number;
  readonly hookMs?: number;
  readonly stopMs?: number;
}

type Spec = V1PodSpec & PodTemplate['spec'];

const clearMs = 400;

/** How far two spacings may lie apart: a busy node makes all of its own longer, a wrong order of steps makes one other. */
const toleranceMs = (inReal: number, inModel: number): number => 2500 + Math.max(inReal, inModel) / 2;

let ports = 7000;

const witness = (name: string, { startMs = 0, hookMs, stopMs = 100 }: Manners) => {
  ports += 1;
  const env = { NAME: name, PORT: ports, START_MS: startMs, HOOK_MS: hookMs ?? 0, STOP_MS: stopMs };
  return {
    name,
    image: imageNames.app,
    imagePullPolicy: 'Never',
    args: ['/apps/witness.mjs'],
    ports: [{ containerPort: ports }],
    env: Object.entries(env).map(([key, value]) => ({ name: key, value: String(value) })),
    ...(hookMs === undefined ? {} : { lifecycle: { preStop: { httpGet: { path: '/pre-stop', port: ports } } } }),
  };
};

const native = (name: string, manners: Manners) => {
  const container = witness(name, manners);
  const httpGet = { path: '/', port: ports };
  return { ...container, restartPolicy: 'Always', startupProbe: { httpGet, periodSeconds: 1, failureThreshold: 30 } };
};

const setup = () => {
  const container = witness('setup', { startMs: 700 });
  return { ...container, env: [...container.env, { name: 'ONCE', value: '1' }] };
};

const pods: Readonly<Record<string, () => Spec>> = {
  'hooks side by side, SIGTERM after them, sidecars last and in reverse': () => ({
    terminationGracePeriodSeconds: 30,
    initContainers: [
      native('first', { startMs: 600, hookMs: 600, stopMs: 800 }),
      native('second', { hookMs: 4500, stopMs: 800 }),
      setup(),
    ],
    containers: [witness('app', { hookMs: 2000, stopMs: 1500 }), witness('other', { stopMs: 800 })],
  }),
  'an app that stays: killed at the end of the grace period, and the sidecars get theirs': () => ({
    terminationGracePeriodSeconds: 5,
    initContainers: [native('first', { stopMs: 500 }), native('second', { stopMs: -1 })],
    containers: [witness('app', { stopMs: -1 })],
  }),
  'a hook without an end uses up the grace period; 2 s are left': () => ({
    terminationGracePeriodSeconds: 5,
    initContainers: [native('first', { stopMs: 500 })],
    containers: [witness('app', { hookMs: -1, stopMs: 800 }), witness('other', { stopMs: 300 })],
  }),
};

/** That a server listens: how long a process takes to come to it is nothing that a kubelet decides. */
const listening = 'ready';

/** The events of a pod, by "container what", in the order they were told in; the first of each. */
const timesOf = (events: EventFiles): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const { pod, e, t } of events.read())
    if (e !== listening && !times.has(`${pod} ${e}`)) times.set(`${pod} ${e}`, t);
  return times;
};

/** Waits until every container of a pod hears its hook and SIGTERM. */
const listens = (events: EventFiles, { initContainers = [], containers }: Spec): Promise<void> => {
  const servers = [...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'), ...containers];
  const count = (): number => new Set(events.read().flatMap(({ e, pod }) => (e === listening ? [pod] : []))).size;
  return eventually(`${servers.length} containers listen`, () => count() === servers.length, clusterMs);
};

const storyOf = (times: ReadonlyMap<string, number>): string => {
  const [[, zero] = ['', 0]] = times;
  return [...times].map(([what, t]) => `${what} +${t - zero} ms`).join(', ');
};

/** Pairs of events whose order differs, where both saw a clear order; and those whose spacing differs. */
const differences = (real: ReadonlyMap<string, number>, model: ReadonlyMap<string, number>): readonly string[] => {
  const found: string[] = [];
  for (const [a, realA] of real)
    for (const [b, realB] of real) {
      const [modelA = 0, modelB = 0] = [model.get(a), model.get(b)];
      const [inReal, inModel] = [realB - realA, modelB - modelA];
      if (inReal > clearMs && inModel < -clearMs) found.push(`${a} is before ${b} on the real kubelet only`);
      const areOfTheEnd = ![a, b].some((name) => / started$|^setup /.test(name));
      if (areOfTheEnd && inReal > 0 && Math.abs(inReal - inModel) > toleranceMs(inReal, inModel))
        found.push(`${a} to ${b}: ${inReal} ms on the real kubelet, ${inModel} ms in the model`);
    }
  return found;
};

describe('the test kubelet against a real one', function () {
  this.timeout(600_000);
  const namespace = new Namespace(ofThisRun('kubelet-model'));
  const ledger = new LedgerServer();
  const core = () => labConfig().makeApiClient(CoreV1Api);

  before(async () => {
    await ledger.start();
    await namespace.create();
  });
  after(async () => {
    await namespace.delete();
    ledger.stop();
  });

  const withLedger = (spec: Spec, load: string): Spec => {
    const env = [
      { name: 'LEDGER_URL', value: ledger.url },
      { name: 'LEDGER_LOAD', value: load },
    ];
    const told = <T extends { readonly env?: readonly { name: string; value?: string }[] }>(container: T): T => ({
      ...container,
      env: [...(container.env ?? []), ...env],
    });
    return {
      ...spec,
      initContainers: (spec.initContainers ?? []).map(told),
      containers: spec.containers.map(told),
    } as Spec;
  };

  const onRealKubelet = async (spec: Spec, name: string): Promise<ReadonlyMap<string, number>> => {
    const body = { metadata: { name, labels: { app: name } }, spec: withLedger(spec, name) };
    await core().createNamespacedPod({ namespace: namespace.name, body });
    const events = ledger.eventsOf(name);
    await eventually(`${name} is ready`, async () => (await namespace.pods(name)).some(isReady), clusterMs);
    await listens(events, spec);
    await namespace.deletePod(name);
    await eventually(`${name} is gone`, async () => (await namespace.pods(name)).length === 0, clusterMs);
    return timesOf(events);
  };

  const onModel = async (spec: Spec, name: string): Promise<ReadonlyMap<string, number>> => {
    const program: LocalProgram = { command: process.execPath, args: [join(root, 'test/lab/apps/witness.ts')] };
    const names = [...(spec.initContainers ?? []), ...spec.containers].map((container) => container.name);
    const pod = await Pod.start({
      name,
      template: { spec: withLedger(spec, name) },
      daprd: 'none',
      programs: Object.fromEntries(names.map((container) => [container, program])),
    });
    const events = ledger.eventsOf(name);
    try {
      await listens(events, spec);
      await pod.stop();
    } finally {
      await pod.dispose();
    }
    return timesOf(events);
  };

  for (const [index, [title, make]] of Object.entries(pods).entries()) {
    it(title, function () {
      return telling(this.test, async (tell) => {
        const spec = make();
        const [real, model] = await Promise.all([
          onRealKubelet(spec, `real-${index}`),
          onModel(spec, `model-${index}`),
        ]);
        tell(() => `real: ${storyOf(real)}\nmodel: ${storyOf(model)}`);
        expect([...model.keys()].sort()).to.deep.equal([...real.keys()].sort());
        expect(differences(real, model)).to.deep.equal([]);
      });
    });
  }
});
