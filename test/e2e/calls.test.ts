import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Caller, type Calls } from '../support/caller.ts';
import type { Pod } from '../support/kubelet.ts';
import { type Column, columns, startPod } from '../support/scenario.ts';
import { needsTools } from '../support/tools.ts';

/** How long the news that a pod goes takes to reach those who call it. */
const endpointsMs = 500;

const rollOut = async (column: Column, rounds: number): Promise<{ calls: Calls; story: string }> => {
  const appId = `web-${process.pid}-${column.replaceAll(/\W/g, '')}`;
  const caller = await Caller.start();
  const pods: Pod[] = [];
  const start = async (): Promise<Pod> => {
    const pod = await startPod({
      appId,
      name: `${appId}-${pods.length}`,
      column,
      annotations: { 'daps.io/pre-stop-delay': '2s' },
      app: {},
      resources: [],
    });
    pods.push(pod);
    await pod.ready();
    return pod;
  };
  try {
    let current = await start();
    caller.service.set([current]);
    caller.begin('GET', () => `invoke/${appId}/method/hello`, 50);
    await delay(1500);
    for (let round = 0; round < rounds; round += 1) {
      const next = await start();
      const old = current;
      current = next;
      caller.service.set([old, next]);
      const stopped = old.stop();
      await delay(endpointsMs);
      caller.service.set([next]);
      await stopped;
      await delay(1000);
    }
    const calls = await caller.end();
    return { calls, story: [...pods.map((pod) => pod.describe()), caller.story].join('\n\n') };
  } finally {
    await Promise.all([...pods.map((pod) => pod.dispose()), caller.dispose()]);
  }
};

describe("service invocation through another pod's daprd, during rollouts", function () {
  this.timeout(240_000);
  before(function () {
    needsTools(this, 'daprd');
  });

  it('fails no call, and lets none hang, with daps', async () => {
    const results = await Promise.all(columns.map(async (column) => ({ column, ...(await rollOut(column, 3)) })));
    for (const { column, calls } of results)
      process.stdout.write(
        `    ${column}: ${calls.made} calls, ${calls.failed.length} failed, longest ${Math.round(calls.longestMs)} ms\n`,
      );
    for (const { column, calls, story } of results) {
      if (column === 'plain') continue;
      expect(calls.made).to.be.greaterThan(300);
      expect(calls.failed, `${column}\n${story}`).to.deep.equal([]);
      expect(calls.longestMs, `${column}\n${story}`).to.be.lessThan(20_000);
    }
  });
});
