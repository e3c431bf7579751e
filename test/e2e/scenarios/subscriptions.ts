import { type Case, ready, rollout } from './case.ts';

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
];
