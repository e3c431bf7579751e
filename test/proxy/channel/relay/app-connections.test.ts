import { expect } from 'chai';
import { callFields, get, ok } from '../../../support/relay/messages.ts';
import type { Wire } from '../../../support/relay/raw-connection.ts';
import { Relay } from '../../../support/relay/stage.ts';

describe('the relay and its connections to the app', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  const answered = async (daprd: Wire, request: Buffer | string): Promise<Wire> => {
    await daprd.write(request);
    const app = await relay.app.accept();
    await app.expects(request);
    await app.write(ok);
    await daprd.expects(ok);
    return app;
  };

  it('the next request opens a new one if the app has closed an idle one', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    for (const close of ['end', 'reset', 'destroy'] as const) {
      const app = await answered(daprd, `POST /price HTTP/1.1\r\n${callFields}\r\n`);
      const before = relay.suspected.length;
      app[close]();
      await relay.until('the loss is noticed', () => relay.suspected.length > before);
    }
    await answered(daprd, get);
    expect(relay.suspected).to.deep.equal(['closed', 'closed', 'closed']);
    expect(relay.app.connections).to.equal(4);
    expect(daprd.closing).to.equal(undefined);
    await relay.settles();
  });

  const atOnce: readonly (readonly [string, string, boolean])[] = [
    ['a delivery', 'POST /orders HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody', true],
    ['a GET', 'GET /price HTTP/1.1\r\n\r\n', true],
    ['a PUT to an actor', 'PUT /actors/A/1/method/m HTTP/1.1\r\nContent-Length: 1\r\n\r\n1', true],
    ['a call by POST', `POST /price HTTP/1.1\r\n${callFields}Content-Length: 4\r\n\r\nbody`, false],
  ];
  for (const [name, request, isSentAgain] of atOnce)
    it(`one that ends at the moment a request is written: ${name} is ${isSentAgain ? '' : 'not '}sent again`, async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      const old = await answered(daprd, get);
      await daprd.write(request);
      await old.expects(request);
      old.reset();
      if (!isSentAgain) {
        expect((await daprd.rest()).toString()).to.include('"ERR_DAPS_APP_CUT"');
        expect(relay.app.connections).to.equal(1);
        return;
      }
      const app = await relay.app.accept();
      await app.expects(request);
      await app.write(ok);
      await daprd.expects(ok);
      expect(relay.suspected).to.deep.equal([]);
      expect(relay.traffic.replayedCount).to.equal(0);
      await relay.settles();
    });

  it('a request that is sent again stays in flight: a drain must not end in between', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const old = await answered(daprd, get);
    const request = 'POST /orders HTTP/1.1\r\n\r\n';
    await daprd.write(request);
    await old.expects(request);
    relay.inFlightSeen.length = 0;
    old.reset();
    const app = await relay.app.accept();
    await app.expects(request);
    expect(relay.inFlightSeen.filter((count) => count === 0)).to.deep.equal([]);
    await app.write(ok);
    await daprd.expects(ok);
  });

  it('one that ends just before daps reads a request: even a call by POST gets a new one', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const request = `POST /price HTTP/1.1\r\n${callFields}\r\n`;
    for (let times = 0; times < 50; times += 1) {
      const app = await answered(daprd, request);
      // The kernel has both before the relay looks: it reads the end and the request in one go.
      app.destroy();
    }
    expect(relay.app.connections).to.equal(50);
    expect(daprd.closing).to.equal(undefined);
  });

  it('daps ignores an app that speaks while a request is held', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const old = await answered(daprd, get);
    relay.admission = () => 'hold';
    const request = 'POST /orders HTTP/1.1\r\n\r\n';
    await daprd.write(request);
    await relay.until('it is held', () => relay.traffic.heldCount === 1);
    await old.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
    await old.rest();
    relay.admission = () => 'forward';
    relay.gate.release();
    const app = await relay.app.accept();
    await app.expects(request);
    await app.write(ok);
    await daprd.expects(ok);
    await relay.settles();
  });

  it('daps ignores an app that still sends after a cut', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const request = 'POST /orders HTTP/1.1\r\n\r\n';
    await daprd.write(request);
    const old = await relay.app.accept();
    await old.expects(request);
    await old.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe');
    old.end();
    await relay.until('it is held', () => relay.traffic.heldCount === 1);
    void old.write('llo');
    relay.gate.release();
    const app = await relay.app.accept();
    await app.expects(request);
    await app.write(ok);
    await daprd.expects(ok);
    await relay.settles();
    expect(daprd.waitingBytes).to.equal(0);
  });
});
