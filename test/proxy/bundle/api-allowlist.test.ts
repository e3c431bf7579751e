import { expect } from 'chai';
import { env } from '../../../proxy/contract/names.ts';
import { Stage } from '../../support/sidecar/stage.ts';

describe('a daprd whose API allowlist refuses shutdown', () => {
  let stage: Stage;
  afterEach(() => stage.strike());

  const open = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    stage = await Stage.open(settings);
    stage.daprd.refusesShutdown = true;
  };
  const errors = (): readonly string[] =>
    stage.lines.filter(({ level }) => level === 'error').map(({ words }) => words);

  it('is freed of its parked calls when the app has ended, and the log says what is wrong', async () => {
    await open();
    await stage.podGoes();
    await stage.drained();
    const held = stage.daprd.deliver('one');
    await stage.isHeld(1);
    stage.app.crash();
    stage.daprd.sigterm();
    await stage.until('the parked calls are let go', () => stage.daprd.timesOf('let-go').length > 0);
    await stage.passes(5000);
    expect(errors()).to.have.length(1);
    expect(errors()[0]).to.contain('spec.api');
    expect(await stage.isSettled(held), 'it is held until daprd has ended').to.equal(false);
    stage.daprd.end();
    await stage.awaits('the end', stage.sidecar.lifecycle.sigterm());
    await Promise.allSettled([held]);
  });

  it('is left to the kubelet if it is inline: the kubelet ends it after the sidecar', async () => {
    await open({ [env.daprd]: 'inline' });
    await stage.podGoes();
    await stage.drained();
    stage.app.crash();
    await stage.awaits('the end', stage.sidecar.lifecycle.sigterm());
    expect(stage.daprd.isRunning).to.equal(true);
    expect(errors()).to.have.length(1);
  });

  it('keeps its messages while the app stays away, and the app gets them when it is back', async () => {
    await open({ [env.giveBackAfter]: '2s' });
    stage.app.crash();
    const held = stage.daprd.deliver('one');
    await stage.isHeld(1);
    await stage.phase('waiting');
    expect(await stage.isSettled(held)).to.equal(false);
    await stage.app.listen();
    await stage.phase('open');
    expect(await stage.awaits('an answer', held)).to.deep.equal({ status: 200, body: 'done one' });
    expect(stage.app.seen).to.deep.equal(['one']);
  });
});
