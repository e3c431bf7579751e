import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
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

const resiliency = parse(readFileSync('fixtures/example/resiliency.yaml', 'utf8')) as object;

interface RollOut {
  readonly column: Column;
  /** With the Resiliency of the docs where the calls are made. */
  readonly doesRetry: boolean;
}

const rollOut = async ({ column, doesRetry }: RollOut, rounds: number): Promise<{ calls: Calls; story: string }> => {
  const appId = `actors-${process.pid}-${column.replaceAll(/\W/g, '')}${doesRetry ? '-retried' : ''}`;
  const placement = await Placement.start();
  const placed = { 'dapr.io/placement-host-address': placement.address };
  const caller = await Caller.start(placed, doesRetry ? [stateStore, resiliency] : [stateStore]);
  const pods: Pod[] = [];
  const start = async (): Promise<Pod> => {
    const pod = await startPod({
      appId,
      name: `${appId}-${pods.length}`,
      column,
      annotations: { ...placed, 'daps.io/pre-stop-delay': '2s' },
      app: { ACTORS: actorType },
      resources: [stateStore],
      network: 'shifted', // placement tells daprds of one another by an address that all of them share
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
  /**
   * A daprd that ends cancels the actor calls it is at, and those that reach it until placement has told its callers
   * (Dapr 1.18.1, pkg/actors/router/router.go, Run): at one moment of its life, and as many as come in it.
   */
  const cancelledByDaprd = /ERR_ACTOR_INVOKE_METHOD.*context canceled/;
  const sameMomentMs = 3000;
  const moments = (timesMs: readonly number[]): number =>
    timesMs
      .toSorted((one, other) => one - other)
      .filter((timeMs, index, sorted) => timeMs - (sorted[index - 1] ?? Number.NEGATIVE_INFINITY) > sameMomentMs)
      .length;
  const cancelledAtMost = 0.05;
  const rounds = 2;

  const played = async (one: RollOut): Promise<{ calls: Calls; told: string }> => {
    const { calls, story } = await rollOut(one, rounds);
    const retried = one.doesRetry ? ', retried' : '';
    const told = `${one.column}${retried}: ${calls.made} calls, ${calls.failed.length} failed, longest ${Math.round(calls.longestMs)} ms`;
    process.stdout.write(`    ${told} ${[...new Set(calls.failed)].join(' | ')}\n`);
    return { calls, told: `${told}\n${calls.failed.join('\n')}\n${story}` };
  };
  /** Side by side: most of their time is spent waiting. */
  let plays: Promise<{
    readonly bare: readonly { readonly column: Column; readonly calls: Calls; readonly told: string }[];
    readonly retried: { readonly calls: Calls; readonly told: string };
  }>;
  before(function () {
    needsTools(this, 'daprd', 'placement');
    plays = (async () => {
      const retried = played({ column: 'daps, injector', doesRetry: true });
      const bare = Promise.all(
        columns.map(async (column) => ({ column, ...(await played({ column, doesRetry: false })) })),
      );
      const [first, second] = await Promise.all([retried, bare]);
      return { retried: first, bare: second };
    })();
    plays.catch(() => undefined); // told where it is awaited
  });

  it('fails no call but those that daprd itself cancels, and lets none hang, with daps', async () => {
    for (const { column, calls, told } of (await plays).bare) {
      if (column === 'plain') continue;
      expect(calls.made, told).to.be.greaterThan(200);
      const others = calls.failed.filter((failure) => !cancelledByDaprd.test(failure));
      expect(others, told).to.deep.equal([]);
      expect(moments(calls.failedAtMs), told).to.be.at.most(rounds);
      expect(calls.failed.length, told).to.be.at.most(calls.made * cancelledAtMost);
      expect(calls.longestMs, told).to.be.lessThan(20_000);
    }
  });

  it('fails none at all where the caller retries', async () => {
    const { calls, told } = (await plays).retried;
    expect(calls.made, told).to.be.greaterThan(200);
    expect(calls.failed, told).to.deep.equal([]);
    expect(calls.longestMs, told).to.be.lessThan(20_000);
  });
});
