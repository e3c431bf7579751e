import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { Placement } from '../support/pod/placement.ts';
import type { Pod } from '../support/pod/pod.ts';
import { telling } from '../support/repeat-alone.ts';
import { ofThisRun } from '../support/run-name.ts';
import { Caller, type Calls } from '../support/scenario/caller.ts';
import { type Column, columns, startPod } from '../support/scenario/scenario.ts';
import { needsTools } from '../support/tools.ts';

const stateStore = {
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'actors' },
  spec: { type: 'state.in-memory', version: 'v1', metadata: [{ name: 'actorStateStore', value: 'true' }] },
};
const actorType = 'Cart';
const ids = 20;
const perSecond = 50;
/** One that hangs does so for a minute. */
const hangMs = 40_000;

const resiliency = parse(readFileSync('fixtures/example/resiliency.yaml', 'utf8')) as object;

interface RollOut {
  readonly column: Column;
  /** With the Resiliency of the docs where the calls are made. */
  readonly doesRetry: boolean;
}

/** The end of one pod, on the clock of the calls, and the first calls after it. */
interface PodStop {
  readonly fromMs: number;
  readonly toMs: number;
}

interface RolledOut {
  readonly calls: Calls;
  readonly stops: readonly PodStop[];
}

type Tell = (story: () => string) => void;

const rollOut = async ({ column, doesRetry }: RollOut, rounds: number, tell: Tell): Promise<RolledOut> => {
  const appId = `${ofThisRun('actors')}-${column.replaceAll(/\W/g, '')}${doesRetry ? '-retried' : ''}`;
  const placement = await Placement.start();
  const placed = { 'dapr.io/placement-host-address': placement.address };
  const caller = await Caller.start(placed, doesRetry ? [stateStore, resiliency] : [stateStore]);
  const pods: Pod[] = [];
  const stops: PodStop[] = [];
  tell(() =>
    [`${column}${doesRetry ? ', retried' : ''}`, ...pods.map((pod) => pod.describe()), caller.story].join('\n\n'),
  );
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
    const path = (call: number): string => `actors/${actorType}/${call % ids}/method/add`;
    await caller.reaches('PUT', path(0)); // placement has told the caller's daprd who hosts the type
    caller.begin('PUT', path, perSecond);
    await caller.over(2 * perSecond);
    for (let round = 0; round < rounds; round += 1) {
      const next = await start();
      await caller.answeredBy(next); // placement has given it actors
      const fromMs = performance.now();
      await current.stop();
      current = next;
      await caller.over(2 * perSecond);
      stops.push({ fromMs, toMs: performance.now() });
    }
    const calls = await caller.end();
    return { calls, stops };
  } finally {
    await Promise.all([...pods.map((pod) => pod.dispose()), caller.dispose()]);
    await placement.dispose();
  }
};

describe("actor calls through another pod's daprd, during rollouts", function () {
  this.timeout(600_000);
  /**
   * A daprd that ends cancels the actor calls it is at, and those that reach it until placement has told its callers
   * (Dapr 1.18.1, pkg/actors/router/router.go, Run): at one moment of its life, and as many as come in it.
   */
  const cancelledByDaprd = /ERR_ACTOR_INVOKE_METHOD.*context canceled/;
  const cancelledAtMost = 0.05;
  const rounds = 2;

  const stories = new Map<RollOut, () => string>();
  const played = async (one: RollOut): Promise<RolledOut> => {
    const result = await rollOut(one, rounds, (story) => stories.set(one, story));
    const { calls } = result;
    const retried = one.doesRetry ? ', retried' : '';
    const told = `${one.column}${retried}: ${calls.made} calls, ${calls.failed.length} failed, longest ${Math.round(calls.longestMs)} ms`;
    process.stdout.write(`    ${told} ${[...new Set(calls.failed)].join(' | ')}\n`);
    return result;
  };
  const storyOf = (one: RollOut): string => stories.get(one)?.() ?? '';
  const bare = columns.map((column): RollOut => ({ column, doesRetry: false }));
  const retried: RollOut = { column: 'daps, injector', doesRetry: true };
  /** Side by side: most of their time is spent waiting. */
  const plays = new Map<RollOut, Promise<RolledOut>>();
  before(function () {
    needsTools(this, 'daprd', 'placement');
    for (const one of [retried, ...bare]) {
      const play = played(one);
      play.catch(() => undefined); // told where it is awaited
      plays.set(one, play);
    }
  });
  const resultOf = (one: RollOut): Promise<RolledOut> => plays.get(one) ?? played(one);

  it('fails no call but those that daprd itself cancels, and lets none hang, with daps', function () {
    return telling(this.test, async (tell) => {
      for (const one of bare) {
        tell(() => storyOf(one));
        const { calls, stops } = await resultOf(one);
        const { column } = one;
        if (column === 'plain') continue;
        expect(calls.made, column).to.be.greaterThan(200);
        const others = calls.failed.filter((failure) => !cancelledByDaprd.test(failure));
        expect(others, column).to.deep.equal([]);
        const whileNoPodStops = calls.failedAtMs.filter(
          (atMs) => !stops.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs),
        );
        expect(whileNoPodStops, column).to.deep.equal([]);
        expect(calls.failed.length, column).to.be.at.most(calls.made * cancelledAtMost);
        expect(calls.longestMs, column).to.be.lessThan(hangMs);
      }
    });
  });

  it('fails none at all where the caller retries', function () {
    return telling(this.test, async (tell) => {
      tell(() => storyOf(retried));
      const { calls } = await resultOf(retried);
      expect(calls.made).to.be.greaterThan(200);
      expect(calls.failed).to.deep.equal([]);
      expect(calls.longestMs).to.be.lessThan(hangMs);
    });
  });
});
