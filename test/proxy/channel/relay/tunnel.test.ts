import { expect } from 'chai';
import { get, ok } from '../../../support/relay/messages.ts';
import type { Wire } from '../../../support/relay/raw-connection.ts';
import { Relay } from '../../../support/relay/stage.ts';
import { turns } from '../../../support/turns.ts';

describe('the relay passes connections of unclear or other protocols unread', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  describe('upgrades', () => {
    const upgrade = 'GET /socket HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

    const upgraded = async (): Promise<{ daprd: Wire; app: Wire }> => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(upgrade);
      const app = await relay.app.accept();
      await app.expects(upgrade);
      return { daprd, app };
    };

    it('pass every byte both ways, early ones included, and both half closes', async () => {
      const { daprd, app } = await upgraded();
      await daprd.write('sent before the answer');
      await app.write(`${switching}\0hello`);
      await daprd.expects(`${switching}\0hello`);
      await app.expects('sent before the answer');
      const noise = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 251));
      for (const [from, to] of [
        [daprd, app],
        [app, daprd],
      ] as const) {
        void from.write(noise);
        await to.expects(noise);
      }
      expect(relay.traffic.callsInFlight).to.equal(1);
      daprd.end();
      expect((await app.rest()).length).to.equal(0);
      await app.write('after your end');
      await daprd.expects('after your end');
      app.end();
      expect((await daprd.rest()).length).to.equal(0);
      expect([await daprd.closed(), await app.closed()]).to.deep.equal(['ended', 'ended']);
      await relay.settles();
    });

    it('do not begin if the app declines', async () => {
      const { daprd, app } = await upgraded();
      await app.write(ok);
      await daprd.expects(ok);
      await daprd.write(get);
      await app.expects(get);
      await app.write(ok);
      await daprd.expects(ok);
      await relay.settles();
    });

    it('daprd ends before the answer: its bytes and its end reach the app after the answer', async () => {
      const { daprd, app } = await upgraded();
      daprd.socket.end('sent before the answer');
      await relay.roundTrip();
      expect([app.waitingBytes, app.hasEnded]).to.deep.equal([0, false]);
      await app.write(switching);
      await daprd.expects(switching);
      expect((await app.rest()).toString()).to.equal('sent before the answer');
      app.end();
      await daprd.closed();
      await relay.settles();
    });

    it('the app ends first: all that daprd still sends reaches it, however slowly it reads', async () => {
      const { daprd, app } = await upgraded();
      await app.write(switching);
      await daprd.expects(switching);
      app.end();
      await daprd.rest();
      const noise = Buffer.alloc(12 * 1024 * 1024, 'n');
      const sent = daprd.write(noise);
      daprd.end();
      while (!app.hasEnded && app.waitingBytes < noise.length) {
        app.socket.pause();
        await turns(8);
        app.socket.resume();
        await turns(1);
      }
      await app.expects(noise);
      await sent;
      expect([await daprd.closed(), await app.closed()]).to.deep.equal(['ended', 'ended']);
      await relay.settles();
    });

    it('daps discards what daprd sends after the app is gone, and opens no connection for it', async () => {
      const { daprd, app } = await upgraded();
      await app.write(switching);
      await daprd.expects(switching);
      app.destroy();
      await daprd.rest();
      for (let times = 0; times < 3; times += 1) await daprd.write('GET /smuggled HTTP/1.1\r\n\r\n');
      daprd.end();
      await daprd.closed();
      await relay.settles();
      expect(relay.app.connections).to.equal(1);
    });

    it("daprd sees the app's reset", async () => {
      const { daprd, app } = await upgraded();
      await app.write(switching);
      await daprd.expects(switching);
      app.reset();
      expect(await daprd.closed()).to.equal('reset');
      await relay.settles();
    });
  });

  describe('ambiguous requests', () => {
    const requests: readonly string[] = [
      'POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nX: a\r\n b\r\nContent-Length: 3\r\n\r\nabc',
      'GET / HTTP/1.1\nHost: a\n\n',
      'GET / HTTP/1.1\r\nHost: a\n\n',
      'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
      '\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    ];
    for (const request of requests)
      it(`${JSON.stringify(request)} makes a tunnel that counts as one call and passes all bytes`, async () => {
        relay = await Relay.open();
        const daprd = await relay.daprd();
        const sent = daprd.writePieces(Buffer.from(request), 3);
        const app = await relay.app.accept();
        await app.expects(request);
        await sent;
        await app.write('whatever');
        await daprd.expects('whatever');
        await daprd.write('more');
        await app.expects('more');
        expect(relay.traffic.allInFlight).to.equal(1);
        daprd.end();
        await app.rest();
        await app.write('and more');
        app.end();
        expect((await daprd.rest()).toString()).to.equal('and more');
        await daprd.closed();
        await relay.settles();
      });
  });
});
