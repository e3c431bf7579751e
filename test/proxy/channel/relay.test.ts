import { once } from 'node:events';
import type net from 'node:net';
import { Duplex } from 'node:stream';
import { expect } from 'chai';
import { Connection } from '../../../proxy/channel/connection.ts';
import { eventually } from '../../support/eventually.ts';
import type { Wire } from '../../support/relay/raw-connection.ts';
import { noOthers, Relay } from '../../support/relay/stage.ts';
import { type Certificate, makeCertificate, openTlsRelay } from '../../support/relay/tls.ts';
import { turns } from '../../support/turns.ts';

const call = 'dapr-caller-app-id: web\r\ndapr-callee-app-id: shop\r\n';
const get = Buffer.from('GET /price HTTP/1.1\r\nHost: a\r\n\r\n');
const ok = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const chunkedBody = '5;a=b\r\nhello\r\n7\r\n\r\n0\r\n\r\n\r\n0;last\r\nX-Sum: 1\r\nX: y\r\n\r\n';

/** A head of this many bytes, or as near as its lines allow. */
const longHead = (first: string, bytes: number, last: string): string => {
  const line = `X-Long: ${'y'.repeat(500)}\r\n`;
  return `${first}\r\n${line.repeat(Math.floor(bytes / line.length))}${last}\r\n`;
};

interface Case {
  readonly name: string;
  readonly request: string;
  readonly answer: string;
  /** The answer ends with the connection. */
  readonly endsByClose?: true;
}

const cases: readonly Case[] = [
  {
    name: 'no body either way',
    request: 'GET / HTTP/1.1\r\n\r\n',
    answer: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  },
  {
    name: 'a length both ways',
    request: 'POST /orders HTTP/1.1\r\nContent-Length: 7\r\n\r\n\r\n\r\nabc',
    answer: 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nHTTP/1.',
  },
  {
    name: 'chunks both ways, with extensions and trailers',
    request: `POST /orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedBody}`,
    answer: `HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n${chunkedBody}`,
  },
  {
    name: 'HEAD with a length',
    request: 'HEAD / HTTP/1.1\r\n\r\n',
    answer: 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n',
  },
  { name: 'HEAD without a length', request: 'HEAD / HTTP/1.1\r\n\r\n', answer: 'HTTP/1.1 200 OK\r\nX: y\r\n\r\n' },
  { name: '204', request: 'DELETE /actors/A/1 HTTP/1.1\r\n\r\n', answer: 'HTTP/1.1 204 No Content\r\n\r\n' },
  {
    name: '304 with a length',
    request: 'GET / HTTP/1.1\r\nIf-None-Match: "a"\r\n\r\n',
    answer: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n',
  },
  {
    name: 'a failure with a body',
    request: 'POST /orders HTTP/1.1\r\nContent-Length: 1\r\n\r\n{',
    answer: 'HTTP/1.1 500 Oh no\r\nContent-Length: 3\r\n\r\nnot',
  },
  {
    name: 'interim answers, of several kinds',
    request: 'POST /orders HTTP/1.1\r\nContent-Length: 1\r\n\r\n{',
    answer:
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!',
  },
  {
    name: 'an answer of HTTP/1.0 that ends with its connection',
    request: `POST /price HTTP/1.1\r\n${call}Content-Length: 1\r\n\r\n{`,
    answer: 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end',
    endsByClose: true,
  },
  {
    name: 'an answer to a delivery that ends with its connection',
    request: 'POST /orders HTTP/1.1\r\nContent-Length: 1\r\n\r\n{',
    answer: 'HTTP/1.1 200 OK\r\n\r\n{"status":"SUCCESS"}',
    endsByClose: true,
  },
  {
    name: 'heads of 64 KB',
    request: longHead('POST /price HTTP/1.1', 64 * 1024, `${call}Content-Length: 4\r\n`).concat('body'),
    answer: longHead('HTTP/1.1 200 OK', 64 * 1024, 'Content-Length: 4\r\n').concat('body'),
  },
  {
    name: 'an answer to a delivery of 200 KB',
    request: 'POST /orders HTTP/1.1\r\nContent-Length: 1\r\n\r\n{',
    answer: `HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`,
  },
];

/** daprd's side of a connection, which takes what is written to it only when it is told to. */
class SlowSocket extends Duplex {
  written = Buffer.alloc(0);
  letGo: () => void = () => {};

  setNoDelay(): void {}

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written = Buffer.concat([this.written, chunk]);
    this.letGo = done;
  }
}

describe('the relay', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  /** Sends a request and its answer in pieces, and compares what comes out. */
  const exchange = async (
    daprd: Wire,
    app: Wire,
    { request, answer, endsByClose }: Case,
    size: number,
  ): Promise<void> => {
    const sent = daprd.writePieces(Buffer.from(request), size);
    await app.expects(request);
    await sent;
    const answered = app.writePieces(Buffer.from(answer), size);
    if (endsByClose) void answered.then(() => app.end());
    await daprd.expects(answer);
    await answered;
  };

  for (const one of cases)
    for (const size of one.request.length < 1000 ? [1, 7, 1 << 20] : [11, 4096, 1 << 20])
      it(`passes ${one.name}, ${size} bytes a time`, async () => {
        relay = await Relay.open();
        const daprd = await relay.daprd();
        const first = daprd.write('GET /first HTTP/1.1\r\n\r\n');
        const app = await relay.app.accept();
        await app.expects('GET /first HTTP/1.1\r\n\r\n');
        await first;
        await app.write(ok);
        await daprd.expects(ok);
        await exchange(daprd, app, one, size);
        if (one.endsByClose) {
          expect((await daprd.rest()).toString()).to.equal('');
          expect(await app.closed()).to.equal('ended');
          daprd.end();
          expect(await daprd.closed()).to.equal('ended');
        } else await exchange(daprd, app, one, size);
        await relay.settles();
        expect(relay.notes).to.deep.equal([]);
        expect(relay.app.connections).to.equal(1);
      });

  it('finds heads and bodies wherever they are cut', async () => {
    relay = await Relay.open();
    const request = Buffer.from(`POST /orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedBody}`);
    const answer = Buffer.from(
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedBody}`,
    );
    const daprd = await relay.daprd();
    let app: Wire | undefined;
    for (let cut = 1; cut < Math.max(request.length, answer.length); cut += 1) {
      await daprd.write(request.subarray(0, cut));
      // Only when a part of it has come out is the cut where it should be.
      if (cut >= request.indexOf('\r\n\r\n') + 4) {
        app ??= await relay.app.accept();
        const before = Math.min(cut, request.length);
        await app.until('the first part', () => (app?.waitingBytes ?? 0) >= before);
      }
      await daprd.write(request.subarray(cut));
      app ??= await relay.app.accept();
      await app.expects(request);
      await app.write(answer.subarray(0, cut));
      if (cut >= 25) await daprd.until('the interim answer', () => daprd.waitingBytes >= 25);
      await app.write(answer.subarray(cut));
      await daprd.expects(answer);
    }
    expect(relay.app.connections).to.equal(1);
    await relay.settles();
  });

  it('lets 100-continue through before the body comes', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const head = 'POST /orders HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n';
    await daprd.write(head);
    const app = await relay.app.accept();
    await app.expects(head);
    await app.write('HTTP/1.1 100 Continue\r\n\r\n');
    await daprd.expects('HTTP/1.1 100 Continue\r\n\r\n');
    await daprd.write('body');
    await app.expects('body');
    await app.write(ok);
    await daprd.expects(ok);
    await relay.settles();
    expect(relay.endings).to.deep.equal(['delivery app 200']);
  });

  it('passes 4,000 interim answers that come at once', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(get);
    const app = await relay.app.accept();
    await app.expects(get);
    const answer = `${'HTTP/1.1 100\r\n\r\n'.repeat(4000)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`;
    await app.write(answer);
    await daprd.expects(answer);
    await relay.settles();
  });

  it('passes server-sent events one by one, for as long as they come', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(get);
    const app = await relay.app.accept();
    await app.expects(get);
    await app.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
    await daprd.expects('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
    for (let index = 0; index < 100; index += 1) {
      await app.write(`data: ${index}\n\n`);
      await daprd.expects(`data: ${index}\n\n`);
    }
    expect(relay.traffic.inFlight('invocation')).to.equal(1);
    daprd.destroy();
    expect((await app.rest()).length).to.equal(0);
    await eventually('the app sees that nobody listens', async () => {
      await app.write('data: to nobody\n\n');
      return app.closing !== undefined;
    });
    await relay.settles();
  });

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

    it('are not begun where the app declines', async () => {
      const { daprd, app } = await upgraded();
      await app.write(ok);
      await daprd.expects(ok);
      await daprd.write(get);
      await app.expects(get);
      await app.write(ok);
      await daprd.expects(ok);
      await relay.settles();
    });

    it('daprd ends before the answer: what it said and its end come after it', async () => {
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

    it('the app ends first: what daprd still sends reaches it to the last byte, however slowly it reads', async () => {
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

    it('what daprd sends after the app is gone reaches nobody, least of all on a new connection', async () => {
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

    it('an app that resets is seen to reset', async () => {
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
      it(`${JSON.stringify(request)}: a tunnel that counts as one call, and passes all`, async () => {
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

  describe('odd answers', () => {
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
      it(`${JSON.stringify(answer)} is an answer, and the connection goes on`, async () => {
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

    it('bytes behind an answer reach nobody: the next request gets a connection of its own', async () => {
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

    it('a notice that an idle connection times out reaches nobody, and is not noted', async () => {
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

    it('bytes that come when nobody has asked are no answer to the next request', async () => {
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

    it('101 without the fields of a switch is a bare answer, and the connection of the app ends', async () => {
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

    it('a delivery with an answer of two lengths is answered, and the app is free again', async () => {
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

  it('pipelined requests reach the app one by one, in order, and are answered in order', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const requests = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0
        ? `GET /${index} HTTP/1.1\r\n\r\n`
        : index % 3 === 1
          ? `POST /${index} HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc`
          : `POST /${index} HTTP/1.1\r\n${call}Transfer-Encoding: chunked\r\n\r\n${chunkedBody}`,
    );
    const sent = daprd.writePieces(Buffer.from(requests.join('')), 257);
    const app = await relay.app.accept();
    for (const [index, request] of requests.entries()) {
      await app.expects(request);
      if (index === 0) await sent;
      expect(app.waitingBytes, `the request after ${index}`).to.equal(0);
      const answer = `HTTP/1.1 200 OK\r\nX: ${index}\r\nContent-Length: 2\r\n\r\nok`;
      await app.write(answer);
      await daprd.expects(answer);
    }
    expect(relay.app.connections).to.equal(1);
    await relay.settles();
  });

  it('6,000 health checks at once are answered by the relay itself', async () => {
    relay = await Relay.open();
    relay.admission = () => 'answer-ok';
    const daprd = await relay.daprd();
    const count = 6000;
    await daprd.write('GET /healthz HTTP/1.1\r\n\r\n'.repeat(count));
    await daprd.expects('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'.repeat(count));
    await relay.settles();
    expect(relay.app.connections).to.equal(0);
  });

  describe('half-closed by daprd', () => {
    it('a request is answered, then the connection ends', async () => {
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

    it('a long answer that is read slowly arrives whole', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      daprd.socket.pause();
      await daprd.write(get);
      const app = await relay.app.accept();
      await app.expects(get);
      const answer = Buffer.alloc(600_000, 'a');
      answer.write(`HTTP/1.1 200 OK\r\nContent-Length: ${600_000 - 46}\r\n\r\n`.padStart(44, ' '));
      const head = `HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n`;
      const body = Buffer.alloc(8_000_000, 'b');
      const sent = app.write(Buffer.concat([Buffer.from(head), body]));
      daprd.end();
      daprd.socket.resume();
      await daprd.expects(Buffer.concat([Buffer.from(head), body]));
      await sent;
      app.end();
      expect(await daprd.closed()).to.equal('ended');
      await relay.settles();
    });

    it('an answer that is complete here but not yet read by daprd is not cut by its end', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      daprd.socket.pause();
      await daprd.write(get);
      const app = await relay.app.accept();
      await app.expects(get);
      // More than the kernel takes for a reader that does not read, less than makes the app wait for it.
      let size = 16 * 1024;
      const whole: Buffer[] = [];
      const head = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      whole.push(head);
      void app.write(head);
      for (; app.socket.writableLength < 1024 * 1024 && size < 1 << 30; size += 1) {
        const piece = Buffer.from(`4000\r\n${'c'.repeat(0x4000)}\r\n`);
        whole.push(piece);
        void app.write(piece);
        await turns(1);
      }
      const last = Buffer.from('0\r\n\r\n');
      whole.push(last);
      void app.write(last);
      daprd.end();
      daprd.socket.resume();
      await daprd.expects(Buffer.concat(whole));
      app.end();
      expect(await daprd.closed()).to.equal('ended');
      await relay.settles();
    });

    it('pipelined requests are all answered first', async () => {
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

    it('while idle: both ends go', async () => {
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
    const head = `POST /price HTTP/1.1\r\n${call}Content-Length: 20\r\n\r\n`;
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
      it(`${name}, and the app closes: the rest of the request is never taken for another`, async () => {
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

  it('an answer that ends with its connection ends pipelined requests too, unsent', async () => {
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

  describe('connections to the app', () => {
    const answered = async (daprd: Wire, request: Buffer | string): Promise<Wire> => {
      await daprd.write(request);
      const app = await relay.app.accept();
      await app.expects(request);
      await app.write(ok);
      await daprd.expects(ok);
      return app;
    };

    it('one that the app closes while idle is opened again by the next request', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      for (const close of ['end', 'reset', 'destroy'] as const) {
        const app = await answered(daprd, `POST /price HTTP/1.1\r\n${call}\r\n`);
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
      ['a call by POST', `POST /price HTTP/1.1\r\n${call}Content-Length: 4\r\n\r\nbody`, false],
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

    it('what is sent again is in flight all the while: a drain must not end in between', async () => {
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

    it('one that ends just before a request is read: even a call by POST gets a new one', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      const request = `POST /price HTTP/1.1\r\n${call}\r\n`;
      for (let times = 0; times < 50; times += 1) {
        const app = await answered(daprd, request);
        // The kernel has both before the relay looks: it reads the end and the request in one go.
        app.destroy();
      }
      expect(relay.app.connections).to.equal(50);
      expect(daprd.closing).to.equal(undefined);
    });

    it('an app that speaks while a request is held is not listened to', async () => {
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

    it('an app that goes on sending after a request was cut is not listened to', async () => {
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

  it('an answer that still waits in memory is not cut by the end of daprd', async () => {
    relay = await Relay.open();
    const socket = new SlowSocket();
    new Connection(socket as unknown as net.Socket, relay.context, noOthers(), () => {});
    socket.push(get);
    const app = await relay.app.accept();
    await app.expects(get);
    await app.write(ok);
    await relay.settles();
    socket.push(null);
    await relay.roundTrip();
    expect([socket.destroyed, socket.written.equals(ok)]).to.deep.equal([false, true]);
    socket.letGo();
    await once(socket, 'close');
  });

  describe('TLS to the app', () => {
    let certificate: Certificate;
    before(function () {
      certificate = makeCertificate(this);
    });
    const openTls = (): Promise<Relay> => openTlsRelay(certificate);

    it('takes a certificate that nobody signed, and passes bytes both ways', async () => {
      relay = await openTls();
      const daprd = await relay.daprd();
      const body = Buffer.alloc(300_000, 'x');
      const request = Buffer.concat([Buffer.from('POST /orders HTTP/1.1\r\nContent-Length: 300000\r\n\r\n'), body]);
      const answer = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n'), body]);
      for (let times = 0; times < 3; times += 1) {
        void daprd.write(request);
        const app = times === 0 ? await relay.app.accept() : first;
        first = app;
        await app?.expects(request);
        void app?.write(answer);
        await daprd.expects(answer);
      }
      await relay.settles();
      expect(relay.app.connections).to.equal(1);
    });
    let first: Wire | undefined;

    it('what daprd sends after a tunnel has ended reaches nobody, least of all on a new connection', async () => {
      relay = await openTls();
      const daprd = await relay.daprd();
      const upgrade = 'GET /socket HTTP/1.1\r\nUpgrade: x\r\n\r\n';
      await daprd.write(upgrade);
      const app = await relay.app.accept();
      await app.expects(upgrade);
      const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
      await app.write(switching);
      await daprd.expects(switching);
      app.end();
      await app.closed();
      await daprd.rest();
      await daprd.write('GET /smuggled HTTP/1.1\r\n\r\n');
      await relay.roundTrip();
      expect(relay.app.connections).to.equal(2);
      daprd.end();
      await daprd.closed();
      await relay.settles();
    });

    it('a delivery that is cut is held and sent again', async () => {
      relay = await openTls();
      const daprd = await relay.daprd();
      const request = 'POST /orders HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody';
      await daprd.write(request);
      const old = await relay.app.accept();
      await old.expects(request);
      old.destroy();
      await relay.until('it is held', () => relay.traffic.heldCount === 1);
      relay.gate.release();
      const app = await relay.app.accept();
      await app.expects(request);
      await app.write(ok);
      await daprd.expects(ok);
      await relay.settles();
    });
  });
});
