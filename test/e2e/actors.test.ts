import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Caller, type Calls } from '../support/caller.ts';
import type { Pod } from '../support/kubelet.ts';
import { Placement } from '../support/placement.ts';
import { type Column, columns, startPod } from '../support/scenario.ts';
import { needsTools } from '../support/tools.ts';

const stateStore = {
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'actors' },
  spec: { type: 'state.in-memory', version: 'v1', metadata: [{ name: 'actorStateStore', value: 'true' }] },
};
const actorType = 'Cart';
const ids = 20;

const rollOut = async (column: Column, rounds: number): Promise<{ calls: Calls; story: string }> => {
  const appId = `actors-${process.pid}-${column.replaceAll(/\W/g, '')}`;
  const placement = await Placement.start();
  const placed = { 'dapr.io/placement-host-address': placement.address };
  const caller = await Caller.start(placed, [stateStore]);
  const pods: Pod[] = [];
  const start = async (): Promise<Pod> => {
    const pod = await startPod({
      appId,
      name: `${appId}-${pods.length}`,
      column,
      annotations: { ...placed, 'daps.io/pre-stop-delay': '2s' },
      app: { ACTORS: actorType },
      resources: [stateStore],
    });
    pods.push(pod);
    await pod.ready();
    return pod;
  };
  try {
    let current = await start();
    await delay(3000); // placement tells every daprd who hosts the type
    caller.begin('PUT', (call) => `actors/${actorType}/${call % ids}/method/add`, 50);
    await delay(1500);
    for (let round = 0; round < rounds; round += 1) {
      const next = await start();
      await delay(2000);
      await current.stop();
      current = next;
      await delay(1000);
    }
    const calls = await caller.end();
    return { calls, story: [...pods.map((pod) => pod.describe()), caller.story].join('\n\n') };
  } finally {
    await Promise.all([...pods.map((pod) => pod.dispose()), caller.dispose()]);
    await placement.dispose();
  }
};

describe("actor calls through another pod's daprd, during rollouts", function () {
  this.timeout(240_000);
  before(function () {
    needsTools(this, 'daprd', 'placement');
  });

  /** A daprd that halts its actors cancels the call it is just serving; nobody outside it can know which. */
  const cancelledByDaprd = /ERR_ACTOR_INVOKE_METHOD.*context canceled/;
  const rounds = 2;

  it('fails no call but the one a pod that daprd itself cancels, and lets none hang, with daps', async () => {
    const results = await Promise.all(columns.map(async (column) => ({ column, ...(await rollOut(column, rounds)) })));
    for (const { column, calls } of results)
      process.stdout.write(
        `    ${column}: ${calls.made} calls, ${calls.failed.length} failed, longest ${Math.round(calls.longestMs)} ms ${[...new Set(calls.failed)].join(' | ')}\n`,
      );
    for (const { column, calls, story } of results) {
      if (column === 'plain') continue;
      expect(calls.made).to.be.greaterThan(200);
      const cancelled = calls.failed.filter((failure) => cancelledByDaprd.test(failure));
      expect(cancelled.length, `${column}\n${story}`).to.be.at.most(rounds);
      expect(calls.failed, `${column}\n${story}`).to.deep.equal(cancelled);
      expect(calls.longestMs, `${column}\n${story}`).to.be.lessThan(20_000);
    }
  });
});
