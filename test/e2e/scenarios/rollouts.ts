import { expect } from 'chai';
import { autoscale } from '../../support/scenario/autoscaler.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import { type Case, dapsOnly, healthCheck, ready, rollout, rollouts } from './case.ts';

/** Load rises until KEDA has three replicas, and falls until it has one again, which still gets messages. */
const underKeda: Scenario['act'] = async ({ start, stop, pods, publishAt, queueLength, until, finished }) => {
  const over = new AbortController();
  const changes: Promise<unknown>[] = [];
  const begin = (change: Promise<unknown>): void => {
    change.catch(() => undefined); // told where it is awaited
    changes.push(change);
  };
  let replicas = pods.length;
  const scaleTo = (count: number): void => {
    for (; replicas < count; replicas += 1) begin(start());
    // The controller of a ReplicaSet deletes the youngest, and all at once.
    for (const pod of pods.slice(count)) begin(stop(pod));
    replicas = count;
  };
  const scaling = autoscale(
    {
      queueLength,
      replicas: () => replicas,
      scaleTo,
      perReplica: 10,
      min: 1,
      max: 3,
      everyMs: 500,
      stabilizationMs: 2000,
    },
    over.signal,
  );
  const has = (count: number): Promise<void> =>
    until(`KEDA has come to ${count} replicas`, () => pods.length === count);
  try {
    publishAt(30);
    await has(3);
    await finished(10);
    publishAt(4);
    await has(1);
    await finished(8);
  } finally {
    over.abort();
    await scaling;
    await Promise.all(changes);
  }
};

const saysLastWords: NonNullable<Case['check']> = ({ ledger }) => {
  expect(ledger.lastWords.failed).to.deep.equal([]);
  expect(ledger.lastWords.published).to.have.length.of.at.least(2);
};

/** What the sidecar says where its pod goes and nobody has called the app's hook. */
const noHook = "nobody has called the app's preStop hook";

const behindProxy = (brokerProxy: NonNullable<Case['brokerProxy']>): Case => ({
  name: `a broker behind a proxy in a ${brokerProxy} of the pod, two rollouts`,
  app: { WORK_MS: '500' },
  annotations: ready,
  brokerProxy,
  needsNamespaces: true,
  perSecond: 10,
  replicas: 1,
  act: rollouts(2),
});

/** Pods that come and go as they should, and apps as people write them. */
export const rolloutCases: readonly Case[] = [
  {
    name: '0.5 s of work, app exits on SIGTERM, six rollouts',
    app: { WORK_MS: '500' },
    annotations: ready,
    perSecond: 15,
    replicas: 1,
    act: rollouts(6),
  },
  {
    name: 'a readiness that asks daprd, two rollouts',
    app: { WORK_MS: '300', ASKS_DAPRD: '1' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    act: rollouts(2),
    // Without that news the gate opens after two minutes.
    check: ({ story }) => expect(story).to.include('waiting → let-in').and.not.include('did not become ready in time'),
  },
  {
    name: 'a container beside the app that each message needs, two rollouts',
    app: { WORK_MS: '2000', DRAINS_ITSELF: '1' },
    hasHelper: true,
    annotations: ready,
    perSecond: 5,
    replicas: 1,
    act: rollouts(2),
  },
  {
    name: 'a service mesh whose proxy is an ordinary container, two rollouts',
    app: { WORK_MS: '500' },
    annotations: { ...ready, 'sidecar.istio.io/inject': 'true' },
    isInMesh: true,
    needsNamespaces: true,
    perSecond: 10,
    replicas: 1,
    act: rollouts(2),
    check: ({ story }) => expect(story).not.to.include(noHook),
  },
  ...(['container', 'native sidecar'] as const).map(behindProxy),
  {
    name: '8 s of work, app drains itself, three rollouts',
    app: { WORK_MS: '8000', DRAINS_ITSELF: '1' },
    annotations: ready,
    perSecond: 1,
    replicas: 1,
    quietMs: 20_000,
    act: rollouts(3),
  },
  {
    name: '0.1 s of work, two replicas, three rollouts',
    app: { WORK_MS: '100' },
    annotations: ready,
    perSecond: 20,
    replicas: 2,
    act: rollouts(3),
  },
  {
    name: 'scaled 1 → 3 → 1 by the length of its queue, as KEDA does it',
    hasQueue: true,
    app: { WORK_MS: '500' },
    annotations: ready,
    pubsub: { prefetchCount: '3' },
    perSecond: 4,
    replicas: 1,
    act: underKeda,
  },
  {
    name: 'slow start of 20 s, listening early',
    app: { WORK_MS: '200', BOOT_MS: '20000', EARLY_LISTEN: '1' },
    annotations: ready,
    perSecond: 5,
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
    name: 'batches flushed every 30 s, answered before, busy-path',
    app: { FLUSH_MS: '30000' },
    annotations: { ...ready, 'daps.io/busy-path': '/busy', 'daps.io/grace-period': '60s' },
    perSecond: 5,
    replicas: 1,
    quietMs: 40_000,
    act: rollout,
  },
  {
    name: "the user's own health check",
    app: { WORK_MS: '2000' },
    annotations: { ...ready, ...healthCheck },
    perSecond: 4,
    replicas: 1,
    act: rollouts(2),
  },
  {
    name: "the user's own health check, its path without a slash and with a query",
    app: { WORK_MS: '2000' },
    annotations: { ...ready, ...healthCheck, 'dapr.io/app-health-check-path': 'healthz?from=dapr' },
    perSecond: 4,
    replicas: 1,
    act: rollouts(2),
  },
  {
    name: 'publishes from its SIGTERM handler',
    app: { WORK_MS: '300', PUBLISH_ON_SIGTERM: '0' },
    annotations: ready,
    perSecond: 10,
    replicas: 2,
    act: rollout,
    check: saysLastWords,
  },
  {
    // What web frameworks do: the port is closed first, what is left to do comes after.
    name: 'closes its port on SIGTERM and publishes 3 s later',
    app: { WORK_MS: '300', DRAINS_ITSELF: '1', PUBLISH_ON_SIGTERM: '3000' },
    annotations: ready,
    perSecond: 10,
    replicas: 2,
    act: rollout,
    check: saysLastWords,
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
];
