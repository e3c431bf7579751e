import { expect } from 'chai';
import type { Log } from '../../proxy/adapters/log.ts';
import type { Prober } from '../../proxy/adapters/prober.ts';
import { runAppPreStop } from '../../proxy/app-pre-stop.ts';
import type { Config } from '../../proxy/config.ts';
import { FakeClock } from '../support/sidecar/fake-clock.ts';

const http: Config['appPreStop'] = { kind: 'http', url: new URL('http://127.0.0.1:8080/bye'), headers: {} };

describe("the app container's own preStop hook", () => {
  /** Runs a hook of which the kubelet would have begun ten seconds ago; answers how long it had, or took. */
  const run = async (hook: Config['appPreStop'], untilMs: number) => {
    const clock = new FakeClock();
    const asked: (number | undefined)[] = [];
    const warnings: string[] = [];
    const prober: Prober = {
      probe: async (_, timeoutMs) => {
        asked.push(timeoutMs);
        return { kind: 'refused' };
      },
      isRefused: async () => true,
      getJson: async () => undefined,
    };
    const log: Log = { debug: () => {}, info: () => {}, warn: (_, words) => warnings.push(words), error: () => {} };
    clock.moveTo(10_000);
    let isOver = false;
    const ended = runAppPreStop(hook, { prober, clock, log }, { beganMs: 0, untilMs }).then(() => {
      isOver = true;
    });
    await Promise.resolve();
    await Promise.resolve();
    while (!isOver && clock.step(1_000_000)) await Promise.resolve().then(() => Promise.resolve());
    await ended;
    return { asked, warnings, tookMs: clock.nowMs() - 10_000 };
  };

  it('has all the time until the app gets its SIGTERM, as from the kubelet', async () => {
    expect((await run(http, 25_000)).asked).to.deep.equal([15_000]);
  });

  it('has a second if the drain took all of the time', async () => {
    expect((await run(http, 10_000)).asked).to.deep.equal([1000]);
  });

  it('leaves a warning if it fails', async () => {
    expect((await run(http, 25_000)).warnings).to.have.length(1);
  });

  it('sleeps from the deletion of the pod on: the drain was part of it', async () => {
    expect((await run({ kind: 'sleep', ms: 14_000 }, 25_000)).tookMs).to.equal(4000);
    expect((await run({ kind: 'sleep', ms: 9000 }, 25_000)).tookMs).to.equal(0);
  });

  it('does not sleep into the time that the app has for its SIGTERM', async () => {
    expect((await run({ kind: 'sleep', ms: 60_000 }, 25_000)).tookMs).to.equal(15_000);
  });
});
