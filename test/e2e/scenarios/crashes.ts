import { expect } from 'chai';
import { type Case, dapsOnly, healthCheck, killApp, ready } from './case.ts';

const givenBack = 'its messages go to others';

/** Apps that crash, hang, or stay away. */
export const crashCases: readonly Case[] = [
  {
    name: 'the app is killed under load',
    app: { WORK_MS: '500', BOOT_MS: '1500', EARLY_LISTEN: '1' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    mayCut: true,
    quietMs: 8000,
    act: killApp(20),
  },
  {
    name: 'the app hangs and its liveness probe restarts it',
    app: { WORK_MS: '500', BOOT_MS: '1000', EARLY_LISTEN: '1' },
    annotations: ready,
    perSecond: 10,
    replicas: 1,
    mayCut: true,
    act: async ({ pods, finished }) => {
      await pods[0]?.restart('app');
      await finished(20);
    },
  },
  {
    name: "the app is killed, the user's own health check",
    app: { WORK_MS: '500', BOOT_MS: '5000' },
    annotations: { ...ready, ...healthCheck },
    perSecond: 10,
    replicas: 1,
    mayCut: true,
    quietMs: 8000,
    act: killApp(20),
  },
  {
    // Longer than daprd waits before it cancels and NACKs what an unhealthy app has: 30 s.
    name: "the app is killed and away for 40 s, the user's own health check",
    app: { WORK_MS: '500', BOOT_MS: '40000' },
    annotations: { ...ready, ...healthCheck, 'daps.io/give-back-after': '60s' },
    perSecond: 2,
    replicas: 1,
    mayCut: true,
    quietMs: 10_000,
    act: killApp(5),
  },
  {
    name: 'an app away for longer than give-back-after',
    app: { WORK_MS: '300', BOOT_MS: '9000' },
    annotations: { ...ready, 'daps.io/give-back-after': '2s' },
    perSecond: 10,
    replicas: 2,
    columns: dapsOnly,
    mayCut: true,
    quietMs: 10_000,
    act: async ({ pods: [first], until, finished }) => {
      first?.kill('app');
      await until(
        'the messages go to others',
        () => first?.log('daps').some((line) => line.includes(givenBack)) ?? false,
      );
      await finished(10);
    },
    check: ({ story }) => expect(story).to.include(givenBack),
  },
  {
    name: 'a message that crashes the app each time, dead-letter topic set',
    app: { WORK_MS: '500', CRASH_ON: 'm7', DEAD_LETTER: '1' },
    annotations: ready,
    perSecond: 8,
    replicas: 1,
    mayCut: true,
    quietMs: 10_000,
    act: async ({ ledger, until, finished }) => {
      // Plain Dapr gives the app its dead letter while it is down.
      await until('the dead letter is delivered', () => ledger().dead.includes('m7'));
      await finished(10);
    },
    check: ({ ledger, story }) => {
      expect(ledger.dead).to.deep.equal(['m7']);
      expect(story).to.include('is given up');
    },
  },
];
