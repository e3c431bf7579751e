import { expect } from 'chai';
import { inMemoryPubsub, redisPubsub } from '../../support/scenario/broker.ts';
import { type Case, ready, rollouts } from './case.ts';

const deliveredOnce = { ...ready, 'daps.io/redelivery': 'uncertain' };

/** Brokers that do not deliver again what was not acknowledged: a message that daprd has taken is gone with it. */
export const onceCases: readonly Case[] = [
  {
    name: 'Redis Streams without redelivery, three rollouts',
    app: { WORK_MS: '300' },
    annotations: deliveredOnce,
    mayLose: true,
    pubsub: redisPubsub({ processingTimeout: '0', redeliverInterval: '0' }),
    perSecond: 10,
    replicas: 1,
    quietMs: 8000,
    act: rollouts(3),
  },
  {
    name: 'RabbitMQ, acknowledged on receipt, three rollouts',
    app: { WORK_MS: '300' },
    annotations: deliveredOnce,
    mayLose: true,
    pubsub: { autoAck: 'true' },
    perSecond: 10,
    replicas: 1,
    quietMs: 8000,
    act: rollouts(3),
  },
  {
    // The app publishes to itself: this bus is within its daprd.
    name: 'in-memory, the app publishes to itself, two rollouts',
    app: { WORK_MS: '50', PUBLISH_EVERY_MS: '200' },
    annotations: deliveredOnce,
    mayLose: true,
    pubsub: inMemoryPubsub(),
    perSecond: 0,
    messages: 0,
    replicas: 1,
    quietMs: 8000,
    act: async ({ pods, rollout, stop }) => {
      for (let round = 0; round < 2; round += 1) await rollout();
      for (const pod of [...pods]) await stop(pod); // it would go on for ever
    },
    check: ({ ledger }) => expect(ledger.lastWords.published.length).to.be.greaterThan(10),
  },
];
