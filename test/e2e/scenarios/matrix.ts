import { redisPubsub } from '../../support/scenario/broker.ts';
import { type Case, ready, rollout } from './case.ts';

interface Pace {
  readonly perSecond: number;
  readonly messages?: number;
}

const prefetches = [1, 10, 100] as const;

/** Redis gives a message to somebody else when it has been with a daprd for so long, waiting its turn included. */
const works = [
  {
    workMs: 40_000,
    redisTimeoutMs: 100_000,
    quietMs: 130_000,
    annotations: { 'daps.io/grace-period': '90s' },
    paces: {
      1: { perSecond: 1, messages: 4 },
      10: { perSecond: 0.5, messages: 12 },
      100: { perSecond: 2, messages: 30 },
    },
  },
  {
    workMs: 2000,
    redisTimeoutMs: 10_000,
    quietMs: 25_000,
    annotations: {},
    paces: { 1: { perSecond: 1, messages: 10 }, 10: { perSecond: 3 }, 100: { perSecond: 10 } },
  },
  {
    workMs: 100,
    redisTimeoutMs: 15_000,
    quietMs: 25_000,
    annotations: {},
    paces: { 1: { perSecond: 5 }, 10: { perSecond: 20 }, 100: { perSecond: 40 } },
  },
] as const satisfies readonly {
  readonly workMs: number;
  readonly redisTimeoutMs: number;
  readonly quietMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly paces: Readonly<Record<(typeof prefetches)[number], Pace>>;
}[];

const brokers: readonly (readonly [
  name: string,
  pubsub: (prefetch: number, processingTimeoutMs: number) => NonNullable<Case['pubsub']>,
])[] = [
  ['RabbitMQ', (prefetch) => ({ prefetchCount: String(prefetch) })],
  ['RabbitMQ, requeueInFailure', (prefetch) => ({ prefetchCount: String(prefetch), requeueInFailure: 'true' })],
  [
    'Redis Streams',
    (prefetch, processingTimeoutMs) =>
      redisPubsub({
        concurrency: String(prefetch),
        queueDepth: String(prefetch),
        redeliverInterval: '2000',
        processingTimeout: String(processingTimeoutMs),
      }),
  ],
];

/** A rollout under load with each length of work, each prefetch and each broker; the longest first. */
export const matrix: readonly Case[] = works.flatMap(({ workMs, redisTimeoutMs, quietMs, annotations, paces }) =>
  brokers.flatMap(([broker, pubsub]) =>
    prefetches.map(
      (prefetch): Case => ({
        name: `${broker}, ${workMs / 1000} s of work, prefetch ${prefetch}`,
        kinds: [broker, `${workMs} ms`, `prefetch ${prefetch}`],
        app: { WORK_MS: String(workMs) },
        annotations: { ...ready, ...annotations },
        pubsub: pubsub(prefetch, redisTimeoutMs),
        ...paces[prefetch],
        replicas: 1,
        quietMs,
        act: rollout,
      }),
    ),
  ),
);
