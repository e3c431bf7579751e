import { expect } from 'chai';
import { env } from '../../../proxy/contract/names.ts';
import type { Answer } from '../../support/sidecar/fake-daprd.ts';
import { Stage } from '../../support/sidecar/stage.ts';

describe('a pod that goes while its app stays anyway', () => {
  let stage: Stage;
  let hook: Promise<Answer>;
  afterEach(() => stage.strike());

  const open = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    stage = await Stage.open({ [env.preStopDelay]: '5s', [env.gracePeriod]: '60s', ...settings });
  };

  const deliver = (id: string): Promise<Answer> => stage.daprd.deliver(id);

  /** Deliveries that wait have no answer before daprd ends. */
  const held = async (...ids: readonly string[]): Promise<void> => {
    for (const id of ids) stage.daprd.deliver(id).catch(() => {});
    await stage.isHeld(ids.length);
  };

  /** The kubelet calls both hooks. */
  const podGoes = async (): Promise<void> => {
    hook = stage.appHook();
    await stage.passes(0);
    await stage.podGoes();
  };

  /** Work that takes so long. */
  const work = async (id: string, ms: number): Promise<void> => {
    stage.app.answersAtOnce = false;
    const delivery = stage.daprd.deliver(id);
    await stage.appWorks();
    await stage.passes(ms);
    stage.app.waiting.shift()?.answer();
    await delivery;
    stage.app.answersAtOnce = true;
  };

  it('keeps working, and holds what might not end in time', async () => {
    await open();
    await work('one', 1000);
    await podGoes();
    const goingMs = stage.clock.nowMs();
    expect(stage.sidecar.lifecycle.phase).to.equal('lingering');
    await stage.passes(2900);
    await deliver('two');
    await stage.passes(200);
    await held('three');
    await stage.passes(1000);
    expect(stage.app.seen).to.deep.equal(['one', 'two']);
    expect((await stage.drained(hook)).body).to.equal('drained\n');
    expect(stage.clock.nowMs() - goingMs, 'no longer than without work').to.be.within(5000, 5500);
    expect(stage.app.seen).to.deep.equal(['one', 'two']);
  });

  it('holds work of a route that it has not seen', async () => {
    await open();
    await deliver('one');
    await podGoes();
    const job = stage.daprd.send('POST', '/job/nightly', 'two', { 'content-type': 'application/json' });
    job.catch(() => {});
    await stage.isHeld(1);
    await deliver('three');
    await stage.drained(hook);
    expect(stage.app.seen).to.deep.equal(['one', 'three']);
  });

  it('waits for work that takes longer than any before, until the deadline', async () => {
    await open({ [env.gracePeriod]: '20s', [env.drainReserve]: '1s' });
    await deliver('one');
    await podGoes();
    stage.app.answersAtOnce = false;
    const long = stage.daprd.deliver('long');
    await stage.appWorks();
    await stage.passes(12_000);
    expect(await stage.isSettled(hook)).to.equal(false);
    expect(stage.sidecar.lifecycle.phase).to.equal('draining');
    stage.app.waiting.shift()?.answer();
    expect((await long).body).to.equal('done long');
    await stage.drained(hook);
    expect(stage.warnings()).to.deep.equal([]);
  });

  it('works as long as callers may know its address, and longer while they call', async () => {
    await open({ [env.daprd]: 'inline' });
    await deliver('one');
    await stage.daprd.call('/price');
    await podGoes();
    await stage.passes(20_000);
    await deliver('two');
    await stage.passes(1700);
    await held('three');
    await stage.daprd.call('/price');
    await stage.arrives('what was held', () => stage.app.seen.includes('three'));
    await stage.drained(hook);
    expect(stage.app.seen).to.deep.equal(['one', 'call', 'two', 'call', 'three']);
  });

  it('holds everything at once if the app has a busy-path: it works on after its answers', async () => {
    await open({ [env.busyUrl]: 'http://127.0.0.1:APP/busy' });
    await deliver('one');
    await podGoes();
    await held('two');
    expect(stage.sidecar.lifecycle.phase).to.equal('draining');
    await stage.drained(hook);
  });

  it('holds everything at once if no hook keeps SIGTERM from the app, and works when the hook comes late', async () => {
    await open();
    await deliver('one');
    await stage.podGoes();
    await held('two');
    expect(stage.sidecar.lifecycle.phase).to.equal('draining');
    hook = stage.appHook();
    await stage.arrives('what was held', () => stage.app.seen.includes('two'));
    expect(stage.sidecar.lifecycle.phase).to.equal('lingering');
    await stage.drained(hook);
  });

  it('holds everything once the app has refused a request', async () => {
    await open();
    await deliver('one');
    await podGoes();
    stage.app.answersAtOnce = false;
    stage.daprd.deliver('two').catch(() => {});
    await stage.appWorks();
    stage.app.crash();
    await stage.isHeld(1);
    expect(stage.sidecar.lifecycle.phase).to.equal('draining');
    await stage.app.listen();
    stage.daprd.deliver('three').catch(() => {});
    await stage.isHeld(2);
    expect(stage.app.seen).to.deep.equal(['one', 'two']);
  });

  it('holds everything if the app was down', async () => {
    await open();
    await deliver('one');
    stage.app.crash();
    await stage.phase('app-down');
    await podGoes();
    await held('two');
    expect(stage.sidecar.lifecycle.phase).to.equal('draining');
  });

  it("passes the app's answers to the user's health check, until it holds everything", async () => {
    await open({ [env.appHealthPath]: '/healthz' });
    await podGoes();
    stage.app.isReady = false;
    expect((await stage.daprd.send('GET', '/healthz')).status).to.equal(503);
    await stage.drained(hook);
    expect((await stage.daprd.send('GET', '/healthz')).status).to.equal(200);
  });
});
