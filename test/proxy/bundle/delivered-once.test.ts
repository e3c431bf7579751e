import { expect } from 'chai';
import { env } from '../../../proxy/contract/names.ts';
import type { Answer } from '../../support/sidecar/fake-daprd.ts';
import { Stage } from '../../support/sidecar/stage.ts';

describe('with a broker that does not redeliver', () => {
  let stage: Stage;
  let hook: Promise<Answer>;
  afterEach(() => stage.strike());

  const open = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    stage = await Stage.open({
      [env.redelivery]: 'uncertain',
      [env.preStopDelay]: '5s',
      [env.gracePeriod]: '60s',
      ...settings,
    });
  };

  const podGoes = async (): Promise<void> => {
    hook = stage.appHook();
    await stage.passes(0);
    await stage.podGoes();
  };

  it('a pod that goes works on and ends daprd first, and the app finishes what is in flight', async () => {
    await open();
    await podGoes();
    await stage.daprd.deliver('one');
    await stage.passes(4900);
    stage.app.answersAtOnce = false;
    const cut = stage.daprd.deliver('two');
    const fate = cut.catch(() => 'daprd has gone');
    await stage.appWorks();
    expect(stage.daprd.timesOf('at-once')).to.deep.equal([]);
    await stage.until('daprd is ended', () => !stage.daprd.isRunning);
    expect(await fate).to.equal('daprd has gone');
    await stage.passes(5000);
    expect(await stage.isSettled(hook), 'the app still works').to.equal(false);
    expect(stage.sidecar.traffic.workInFlight).to.equal(1);
    stage.app.waiting.shift()?.answer();
    expect((await stage.drained(hook)).body).to.equal('drained\n');
    expect(stage.app.seen, 'each once').to.deep.equal(['one', 'two']);
    expect(stage.daprd.asked.map(({ what }) => what)).to.deep.equal(['at-once']);
  });

  it('the sidecar waits no longer for an app that dies at its last work', async () => {
    await open();
    await podGoes();
    stage.app.answersAtOnce = false;
    stage.daprd.deliver('one').catch(() => {});
    await stage.appWorks();
    await stage.until('daprd is ended', () => !stage.daprd.isRunning);
    stage.app.crash();
    await stage.drained(hook);
    expect(stage.sidecar.traffic.allInFlight).to.equal(0);
  });

  it('the sidecar sends callers away before it ends daprd', async () => {
    await open({ [env.callerDelay]: '0s' });
    await podGoes();
    await stage.daprd.call('/price');
    await stage.drained(hook);
    expect(stage.daprd.asked.map(({ what }) => what)).to.deep.equal(['park', 'graceful', 'at-once']);
  });

  it('the sidecar gives nothing back while the app stays away, and waits for it', async () => {
    await open({ [env.giveBackAfter]: '2s' });
    stage.app.crash();
    const delivery = stage.daprd.deliver('one');
    await stage.phase('app-down');
    await stage.isHeld(1);
    await stage.passes(60_000);
    expect(stage.daprd.asked).to.deep.equal([]);
    await stage.app.listen();
    expect((await stage.awaits('the delivery', delivery)).body).to.equal('done one');
  });
});
