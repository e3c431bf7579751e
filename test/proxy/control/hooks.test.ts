import http from 'node:http';
import { expect } from 'chai';
import type { Log } from '../../../proxy/adapters/log.ts';
import { env, paths } from '../../../proxy/contract/names.ts';
import { waitForAppShutdown } from '../../../proxy/control/hooks.ts';
import { shared } from '../../../proxy/control/shared.ts';
import { Departure } from '../../../proxy/lifecycle/departure.ts';
import { FakeClock } from '../../support/sidecar/fake-clock.ts';
import { Stage } from '../../support/sidecar/stage.ts';
import { turns } from '../../support/turns.ts';

const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('the hooks, called by strangers', () => {
  let stage: Stage;
  afterEach(() => stage.strike());

  /** A stranger who asks for the app's hook and waits, or hangs up. */
  const stranger = (): http.ClientRequest => {
    const request = http.get({
      host: '127.0.0.1',
      port: stage.config.controlPort,
      path: paths.appShutdown,
      agent: false,
    });
    request.on('error', () => {});
    return request;
  };
  const byes = (): readonly string[] => stage.app.seen;

  it('answer the kubelet when it is time, whoever waits beside it', async () => {
    stage = await Stage.open();
    stage.app.answersAtOnce = false;
    const working = stage.daprd.deliver('one');
    await stage.appWorks();
    const strangers = Array.from({ length: 200 }, stranger);
    await stage.podGoes();
    const hook = stage.appHook();
    for (const each of strangers.slice(0, 100)) each.destroy();
    await stage.passes(5000);
    expect(await stage.isSettled(hook), 'the app still works').to.equal(false);
    stage.app.waiting[0]?.answer();
    await working;
    expect(await stage.drained(hook)).to.deep.equal({ status: 200, body: 'drained\n' });
    for (const each of strangers) each.destroy();
  });

  it("run the app's own hook once for each start of its container", async () => {
    stage = await Stage.open({ [env.appPreStop]: 'http://127.0.0.1:APP/bye' });
    for (let round = 0; round < 3; round += 1) {
      const hooks = Array.from({ length: 20 }, () => stage.appHook());
      for (const hook of hooks) expect((await stage.drained(hook)).body).to.equal('restart\n');
    }
    expect(byes()).to.have.length(1);
    stage.app.crash();
    await stage.passes(1500);
    await stage.app.listen();
    expect((await stage.drained()).body).to.equal('restart\n');
    expect(byes()).to.have.length(2);
  });

  it("do not run the app's own hook for a caller who has gone", async () => {
    stage = await Stage.open({ [env.appPreStop]: 'http://127.0.0.1:APP/bye' });
    const strangers = Array.from({ length: 20 }, stranger);
    await stage.passes(1000);
    for (const each of strangers) each.destroy();
    await stage.passes(60_000);
    expect(byes()).to.deep.equal([]);
    expect(stage.sidecar.lifecycle.phase).to.equal('open');
  });

  it('begin no drain: no request does', async () => {
    stage = await Stage.open();
    for (const method of ['GET', 'POST', 'PUT'])
      expect((await stage.control(method, '/daps/self-shutdown')).status).to.equal(404);
    expect(stage.sidecar.lifecycle.phase).to.equal('open');
  });

  it("answer a pod that goes while the app's own hook runs for a restart", async () => {
    stage = await Stage.open();
    const [clock, departure] = [new FakeClock(), new Departure()];
    let hasRun = (): void => {};
    const appPreStop = {
      run: () =>
        new Promise<void>((resolve) => {
          hasRun = resolve;
        }),
    };
    const lifecycle = { whileAppHookWaits: <T>(hook: () => Promise<T>): Promise<T> => hook() };
    const parts = { clock, departure, lifecycle, drainTimeMs: 60_000, log: silentLog, appPreStop };
    let answer: string | undefined;
    const waiting = waitForAppShutdown(parts, { onGone: () => {} }).then((end) => {
      answer = end;
    });
    expect(clock.step(20_000), 'ten seconds').to.equal(true);
    await turns(2);
    departure.goes();
    hasRun();
    await turns(2);
    expect(answer, 'the pod drains').to.equal(undefined);
    departure.mayEnd();
    await waiting;
    expect(answer).to.equal('drained');
  });
});

describe('a pod that should go, and stays', () => {
  let stage: Stage;
  afterEach(() => stage.strike());

  for (const by of ['injector', 'inline'])
    it(`works again with a new daprd (${by})`, async () => {
      stage = await Stage.open({ [env.daprd]: by });
      await stage.podGoes();
      expect((await stage.drained()).body).to.equal('drained\n');
      const held = stage.daprd.deliver('held');
      held.catch(() => {});
      await stage.isHeld(1);
      await stage.until('daprd is ended', () => !stage.daprd.isRunning);
      expect(stage.warnings().join()).to.include('drained → giving-back: the pod should be gone');
      stage.daprd.isRunning = true;
      await stage.phase('open');
      expect(await stage.isGateOpen()).to.equal(true);
      expect(stage.app.seen, 'what was held goes to others').to.deep.equal([]);
      await stage.podGoes();
      expect(stage.sidecar.lifecycle.phase).to.equal('draining');
      expect((await stage.drained()).body).to.equal('drained\n');
    });

  it('stays drained if its app is gone', async () => {
    stage = await Stage.open();
    await stage.podGoes();
    await stage.drained();
    stage.app.crash();
    await stage.passes(300_000);
    expect(stage.sidecar.lifecycle.phase).to.equal('drained');
  });
});

describe('a hook that waits for the end of a pod', () => {
  it('is called once, at once where it is so, and not after leaving', () => {
    const departure = new Departure();
    const calls: string[] = [];
    const leave = departure.whenGoing(() => calls.push('left'));
    departure.whenGoing(() => calls.push('going'));
    departure.whenMayEnd(() => calls.push('may end'));
    leave();
    departure.goes();
    departure.goes();
    expect(calls).to.deep.equal(['going']);
    departure.mayEnd();
    departure.whenMayEnd(() => calls.push('at once'));
    departure.stays();
    expect(departure.isGoing).to.equal(false);
    expect(calls).to.deep.equal(['going', 'may end', 'at once']);
  });
});

describe('shared work', () => {
  it('runs once for all who ask meanwhile, and pauses ten times as long', async () => {
    let nowMs = 0;
    let runs = 0;
    const rests: number[] = [];
    const rest = async (delayMs: number): Promise<void> => {
      rests.push(delayMs);
      nowMs += delayMs;
    };
    const run = async (): Promise<number> => {
      await Promise.resolve();
      nowMs += 5;
      runs += 1;
      return runs;
    };
    const ask = shared(run, () => nowMs, rest);
    expect(await Promise.all(Array.from({ length: 1000 }, ask))).to.deep.equal(new Array(1000).fill(1));
    expect(await ask()).to.equal(2);
    expect(rests).to.deep.equal([50]);
  });

  it('runs again after a failure', async () => {
    const answers = [Promise.reject(new Error('no')), Promise.resolve('yes')];
    answers[0]?.catch(() => {});
    const ask = shared(
      async () => answers.shift(),
      () => 0,
    );
    expect(await ask().catch(({ message }: Error) => message)).to.equal('no');
    expect(await ask()).to.equal('yes');
  });
});
