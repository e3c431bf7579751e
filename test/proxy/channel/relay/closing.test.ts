import { expect } from 'chai';
import { callFields, get, ok } from '../../../support/relay/messages.ts';
import { Relay } from '../../../support/relay/stage.ts';

describe('the relay and connections that end', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  describe('half-closed by daprd', () => {
    it('the app answers a request, then the connection ends', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(get);
      daprd.end();
      const app = await relay.app.accept();
      expect((await app.rest()).equals(get)).to.equal(true);
      await app.write(ok);
      expect((await daprd.rest()).equals(ok)).to.equal(true);
      expect(await daprd.closed()).to.equal('ended');
      app.end();
      await app.closed();
      await relay.settles();
    });

    it('the app answers all pipelined requests first', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      daprd.socket.end(Buffer.concat([get, get, get]));
      const app = await relay.app.accept();
      for (let times = 0; times < 3; times += 1) {
        await app.expects(get);
        await app.write(ok);
      }
      expect((await daprd.rest()).equals(Buffer.concat([ok, ok, ok]))).to.equal(true);
      expect(await daprd.closed()).to.equal('ended');
      await app.rest();
      expect(relay.app.connections).to.equal(1);
      await relay.settles();
    });

    it('in the middle of a request: the app sees it end', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write('POST /orders HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf');
      const app = await relay.app.accept();
      await app.receive(48);
      daprd.end();
      await app.rest();
      app.end();
      await daprd.closed();
      await relay.settles();
      expect(relay.endings).to.deep.equal(['delivery nobody']);
    });

    it('while idle: both connections end', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(get);
      const app = await relay.app.accept();
      await app.expects(get);
      await app.write(ok);
      await daprd.expects(ok);
      daprd.end();
      expect(await daprd.closed()).to.equal('ended');
      await app.rest();
    });
  });

  describe('early answers', () => {
    const head = `POST /price HTTP/1.1\r\n${callFields}Content-Length: 20\r\n\r\n`;
    const tooLarge = 'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n';

    it('the rest of the request still reaches the app', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(`${head}0123456789`);
      const app = await relay.app.accept();
      await app.expects(`${head}0123456789`);
      await app.write(tooLarge);
      await daprd.expects(tooLarge);
      await daprd.write('0123456789');
      await app.expects('0123456789');
      await daprd.write(get);
      await app.expects(get);
      await app.write(ok);
      await daprd.expects(ok);
      await relay.settles();
      expect(relay.endings).to.deep.equal(['invocation app 413', 'invocation app 200']);
    });

    it('an app that answers early and closes while daprd still sends: the answer arrives each time', async () => {
      relay = await Relay.open();
      const body = Buffer.alloc(4 * 1024 * 1024, 'b');
      for (let times = 0; times < 50; times += 1) {
        const daprd = await relay.daprd();
        void daprd.write(head.replace('20', String(body.length)));
        void daprd.write(body);
        const app = await relay.app.accept();
        await app.receive(head.length);
        app.socket.pause();
        await app.write(tooLarge);
        // What the app has not read makes its end a reset.
        app.destroy();
        expect((await daprd.rest()).toString()).to.equal(tooLarge);
        daprd.destroy();
      }
      await relay.settles();
    });

    for (const [name, answer] of [
      ['with a length', tooLarge],
      ['without a length', 'HTTP/1.1 413 Too Large\r\n\r\n'],
    ] as const)
      it(`${name}, and the app closes: the rest of the request never becomes another request`, async () => {
        relay = await Relay.open();
        const daprd = await relay.daprd();
        await daprd.write(head);
        const app = await relay.app.accept();
        await app.expects(head);
        await app.write(answer);
        app.destroy();
        expect((await daprd.rest()).toString()).to.equal(answer);
        await daprd.write('GET /x HTTP/1.1\r\n\r\nmore'.slice(0, 20));
        await relay.roundTrip();
        daprd.end();
        await daprd.closed();
        await relay.settles();
        expect(relay.endings).to.deep.equal(['invocation app 413', 'invocation app 200']);
        expect(relay.app.connections).to.equal(2);
      });
  });

  it('an answer that ends with its connection ends pipelined requests, too, unsent', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(Buffer.concat([get, get]));
    const app = await relay.app.accept();
    await app.expects(get);
    await app.write('HTTP/1.1 200 OK\r\n\r\nall');
    app.end();
    expect((await daprd.rest()).toString()).to.equal('HTTP/1.1 200 OK\r\n\r\nall');
    daprd.end();
    await daprd.closed();
    await relay.settles();
    expect(app.waitingBytes).to.equal(0);
    expect(relay.app.connections).to.equal(1);
  });
});
