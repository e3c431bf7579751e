import { expect } from 'chai';
import type { Pod } from '../support/pod/pod.ts';
import { telling } from '../support/repeat-alone.ts';
import { ofThisRun } from '../support/run-name.ts';
import { Caller, type Calls } from '../support/scenario/caller.ts';
import { type Column, columns, startPod } from '../support/scenario/scenario.ts';
import { needsTools } from '../support/tools.ts';

const perSecond = 50;
/** A call to an address that is gone waits three times for a connection, a minute in all. */
const hangMs = 40_000;

type Tell = (story: () => string) => void;

const rollOut = async (column: Column, rounds: number, tell: Tell): Promise<Calls> => {
  const appId = `${ofThisRun('web')}-${column.replaceAll(/\W/g, '')}`;
  const caller = await Caller.start();
  const pods: Pod[] = [];
  tell(() => [column, ...pods.map((pod) => pod.describe()), caller.story].join('\n\n'));
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
    const path = `invoke/${appId}/method/hello`;
    await caller.reaches('GET', path);
    caller.begin('GET', () => path, perSecond);
    await caller.over(2 * perSecond);
    for (let round = 0; round < rounds; round += 1) {
      const next = await start();
      const old = current;
      current = next;
      caller.service.set([old, next]);
      await Promise.all([old.stop(), caller.service.loses(old)]);
      await caller.answeredBy(next);
      await caller.over(2 * perSecond);
    }
    return await caller.end();
  } finally {
    await Promise.all([...pods.map((pod) => pod.dispose()), caller.dispose()]);
  }
};

describe("service invocation through another pod's daprd, during rollouts", function () {
  this.timeout(600_000);
  before(function () {
    needsTools(this, 'daprd');
  });

  it('fails no call, and lets none hang, with daps', function () {
    return telling(this.test, async (tell) => {
      const stories = new Map<Column, () => string>();
      tell(() => [...stories.values()].map((story) => story()).join('\n\n'));
      const played = await Promise.all(
        columns.map(async (column) => ({
          column,
          calls: await rollOut(column, 3, (story) => stories.set(column, story)),
        })),
      );
      for (const { column, calls } of played)
        process.stdout.write(
          `    ${column}: ${calls.made} calls, ${calls.failed.length} failed, longest ${Math.round(calls.longestMs)} ms ${[...new Set(calls.failed)].join(' | ')}\n`,
        );
      for (const { column, calls } of played) {
        if (column === 'plain') continue;
        tell(() => stories.get(column)?.() ?? '');
        expect(calls.made, column).to.be.greaterThan(300);
        expect(calls.failed, column).to.deep.equal([]);
        expect(calls.longestMs, column).to.be.lessThan(hangMs);
      }
    });
  });
});
