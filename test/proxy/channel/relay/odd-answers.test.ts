import { expect } from 'chai';
import { get } from '../../../support/relay/messages.ts';
import { Relay } from '../../../support/relay/stage.ts';

describe('the relay and odd answers', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  /** What Go's client takes: net/http tells where each ends (test/programs/nethttp.test.ts). */
  const odd: readonly string[] = [
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
    'HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  ];
  for (const answer of odd)
    it(`${JSON.stringify(answer)} is an answer, and the connection stays open`, async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(get);
      const app = await relay.app.accept();
      for (const each of [answer, ok]) {
        await app.expects(get);
        await app.writePieces(Buffer.from(each), 5);
        await daprd.expects(each);
        await relay.settles();
        await daprd.write(get);
      }
      expect(relay.notes).to.deep.equal([]);
    });

  it('daps discards bytes after an answer, and the next request gets a new connection', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(get);
    const app = await relay.app.accept();
    await app.expects(get);
    await app.write(`${ok}HTTP/1.1 500 No\r\n\r\n`);
    await daprd.expects(ok);
    await relay.settles();
    expect(relay.notes.map(({ what }) => what)).to.deep.equal(['unclear-answer']);
    await daprd.write(get);
    const next = await relay.app.accept();
    await next.expects(get);
    await next.write(ok);
    await daprd.expects(ok);
    await relay.settles();
  });

  it('daps discards the notice that an idle connection times out, without a note', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    for (let times = 0; times < 2; times += 1) {
      await daprd.write(get);
      const app = await relay.app.accept();
      await app.expects(get);
      await app.write(ok);
      await daprd.expects(ok);
      await app.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
      await app.until('its end', () => app.hasEnded || app.closing !== undefined);
    }
    await relay.settles();
    expect([daprd.waitingBytes, relay.notes]).to.deep.equal([0, []]);
  });

  it('bytes without a request do not answer the next request', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(get);
    const app = await relay.app.accept();
    await app.expects(get);
    await app.write(ok);
    await daprd.expects(ok);
    await app.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother');
    await app.until('its end', () => app.hasEnded || app.closing !== undefined);
    await daprd.write(get);
    const next = await relay.app.accept();
    await next.expects(get);
    await next.write(ok);
    await daprd.expects(ok);
    await relay.settles();
    expect(relay.notes).to.deep.equal([{ what: 'unclear-answer', kind: undefined, target: undefined }]);
  });

  it("101 without the fields of a switch is a bare answer, and ends the app's connection", async () => {
    relay = await Relay.open();
    const bare = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
    const daprd = await relay.daprd();
    for (const answer of [bare, ok]) {
      await daprd.write(get);
      const app = await relay.app.accept();
      await app.expects(get);
      await app.write(answer);
      await daprd.expects(answer);
      await relay.settles();
    }
    expect(relay.endings).to.deep.equal(['invocation app 101', 'invocation app 200']);
  });

  it('an answer with two lengths answers a delivery, and the app is free again', async () => {
    relay = await Relay.open();
    const request = 'POST /orders HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody';
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2;a\r\nok\r\n0\r\n\r\n';
    const daprd = await relay.daprd();
    await daprd.write(request);
    const app = await relay.app.accept();
    await app.expects(request);
    await app.writePieces(Buffer.from(answer), 3);
    await daprd.expects(answer);
    await relay.settles();
    expect([relay.endings, relay.notes]).to.deep.equal([['delivery app 200'], []]);
  });

  it('an answer that Go refuses passes as it is, and ends the connection', async () => {
    relay = await Relay.open();
    for (const answer of [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n',
      'ICY 200 OK\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!',
    ]) {
      const daprd = await relay.daprd();
      await daprd.write(get);
      const app = await relay.app.accept();
      await app.expects(get);
      await app.write(answer);
      expect((await daprd.rest()).toString()).to.equal(answer);
      daprd.end();
      await daprd.closed();
      await relay.settles();
    }
    expect(relay.notes.map(({ what }) => what)).to.deep.equal(['unclear-answer']);
  });
});
