import { once } from 'node:events';
import http from 'node:http';
import { expect } from 'chai';
import { env } from '../../../proxy/contract/names.ts';
import { giveBackPorts, takePort } from '../../support/pod/own-ports.ts';
import { Stage } from '../../support/sidecar/stage.ts';

describe('a readiness on another port than the app', () => {
  let stage: Stage;
  let port: number;
  let health: http.Server | undefined;

  const listen = async (): Promise<void> => {
    health = http.createServer((_, response) => response.end('ok'));
    await once(health.listen(port, '127.0.0.1'), 'listening');
  };
  const close = (): void => {
    health?.closeAllConnections();
    health?.close();
  };
  const setStage = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    port = await takePort();
    await listen();
    stage = await Stage.set({ [env.readyProbe]: `http://127.0.0.1:${port}/ready`, ...settings });
  };
  afterEach(async () => {
    await stage.strike();
    close();
    giveBackPorts([port]);
  });

  it('opens the gate when both are there', async () => {
    await setStage();
    await stage.passes(5000);
    expect(stage.sidecar.lifecycle.phase).to.equal('waiting');
    await stage.app.listen();
    await stage.phase('open');
  });

  it('does not spin if the app is gone and the health port answers, and gives back in time', async () => {
    await setStage({ [env.giveBackAfter]: '20s' });
    await stage.app.listen();
    await stage.phase('open');
    stage.app.crash();
    const delivery = stage.daprd.deliver('one');
    delivery.catch(() => {});
    await stage.phase('app-down');
    const lines = stage.lines.length;
    await stage.passes(15_000);
    expect(stage.sidecar.lifecycle.phase).to.equal('app-down');
    expect(stage.lines.length - lines).to.be.lessThan(5);
    await stage.until('daprd is ended', () => !stage.daprd.isRunning);
  });

  it('reads one cut as a cut if the health port is closed and the app is well', async () => {
    await setStage();
    await stage.app.listen();
    await stage.phase('open');
    close();
    stage.app.answersAtOnce = false;
    const delivery = stage.daprd.deliver('one');
    await stage.appWorks();
    stage.app.cut();
    stage.app.answersAtOnce = true;
    expect((await stage.awaits('the delivery', delivery)).status).to.equal(200);
    expect(stage.sidecar.lifecycle.phase).to.equal('open');
  });
});
