import { expect } from 'chai';
import { redisPubsub } from '../../support/scenario/broker.ts';
import { type Case, dapsOnly, ready, rollout } from './case.ts';

const rule = (name: string, protocol: 'http' | 'grpc'): object => ({ name, version: 'v1', protocol });

/** Neither HTTP nor gRPC offers more than publishing. */
const withoutShutdown = { api: { allowed: [rule('publish', 'http'), rule('publish', 'grpc')] } };

/** Each way in which daprd gives messages to an app, besides one event at a time. */
export const subscriptionCases: readonly Case[] = [
  {
    name: 'bulk subscription',
    app: { WORK_MS: '800', BULK: '10' },
    annotations: ready,
    perSecond: 20,
    replicas: 1,
    act: rollout,
  },
  {
    name: 'raw payloads',
    app: { WORK_MS: '500' },
    by: 'raw',
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    act: rollout,
  },
  {
    // The component takes ten messages and gives them to the app one by one.
    name: 'input binding',
    app: { WORK_MS: '300' },
    by: 'binding',
    annotations: ready,
    perSecond: 4,
    replicas: 1,
    act: rollout,
  },
  {
    // Its daprd names no caller: what it calls must not wait for the delivery that waits for it.
    name: 'the app calls itself for each message',
    app: { WORK_MS: '1000', CALLS_ITSELF: 'once' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    act: rollout,
  },
  {
    name: 'the app streams to itself for each message',
    app: { WORK_MS: '1000', CALLS_ITSELF: 'stream' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    act: rollout,
  },
  {
    // Redis hands the publisher's metadata on, of which daprd makes headers. After its processingTimeout it gives a message
    // to another pod too, which on a busy machine must be longer than a pod may sleep.
    name: 'messages that look like calls, to a route that looks like an actor',
    app: { WORK_MS: '500', ROUTE: '/actors/orders' },
    metadata: { 'dapr-caller-app-id': 'web', 'dapr-callee-app-id': 'orders', 'dapr-caller-namespace': 'default' },
    pubsub: redisPubsub({ concurrency: '10', queueDepth: '10', redeliverInterval: '2000', processingTimeout: '15000' }),
    annotations: ready,
    perSecond: 10,
    quietMs: 25_000,
    replicas: 1,
    act: rollout,
  },
  {
    name: 'an API allowlist without shutdown, of HTTP only',
    app: { WORK_MS: '500' },
    configuration: { api: { allowed: [rule('invoke', 'http'), rule('publish', 'http')] } },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    act: rollout,
  },
  {
    // Only its SIGTERM ends daprd, which then takes 5 s for what is held. Where the stream has the Configuration, daps puts
    // an inline daprd where the injector puts its own: the first column. One that stands before the sidecar gets its
    // SIGTERM when the sidecar has ended, and with that what it held: a limit.
    name: 'an API allowlist without shutdown, of HTTP and gRPC',
    app: { WORK_MS: '500' },
    configuration: withoutShutdown,
    annotations: ready,
    columns: dapsOnly,
    mayLose: true,
    perSecond: 10,
    replicas: 1,
    act: rollout,
    check: ({ ledger, stopMs }, column) => {
      if (column === 'daps, injector') expect(ledger.lost).to.deep.equal([]);
      for (const ms of stopMs) expect(ms, `${column}: not the SIGKILL after 30 s`).to.be.lessThan(25_000);
    },
  },
];
