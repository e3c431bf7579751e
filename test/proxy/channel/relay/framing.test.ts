import { expect } from 'chai';
import { eventually } from '../../../support/eventually.ts';
import { callFields, chunkedBody, get, ok } from '../../../support/relay/messages.ts';
import type { Wire } from '../../../support/relay/raw-connection.ts';
import { Relay } from '../../../support/relay/stage.ts';

/** A head of this many bytes, or as near as its lines allow. */
const longHead = (first: string, bytes: number, last: string): string => {
  const line = `X-Long: ${'y'.repeat(500)}\r\n`;
  return `${first}\r\n${line.repeat(Math.floor(bytes / line.length))}${last}\r\n`;
};

interface Case {
  readonly name: string;
  readonly request: string;
  readonly answer: string;
  /** Whether the answer ends with the connection. */
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
    request: `POST /price HTTP/1.1\r\n${callFields}Content-Length: 1\r\n\r\n{`,
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
    request: longHead('POST /price HTTP/1.1', 64 * 1024, `${callFields}Content-Length: 4\r\n`).concat('body'),
    answer: longHead('HTTP/1.1 200 OK', 64 * 1024, 'Content-Length: 4\r\n').concat('body'),
  },
  {
    name: 'an answer to a delivery of 200 KB',
    request: 'POST /orders HTTP/1.1\r\nContent-Length: 1\r\n\r\n{',
    answer: `HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`,
  },
];

describe('the relay reads along where requests and answers end', () => {
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
      it(`passes ${one.name}, ${size} bytes at a time`, async () => {
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

  it('finds heads and bodies wherever they are split', async () => {
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

  it('passes 100-continue before the body arrives', async () => {
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

  it('passes 4,000 interim answers that arrive at once', async () => {
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

  it('passes server-sent events one by one, as long as they arrive', async () => {
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

  it('pipelined requests reach the app one by one, in order, and are answered in order', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const requests = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0
        ? `GET /${index} HTTP/1.1\r\n\r\n`
        : index % 3 === 1
          ? `POST /${index} HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc`
          : `POST /${index} HTTP/1.1\r\n${callFields}Transfer-Encoding: chunked\r\n\r\n${chunkedBody}`,
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

  it('answers 6,000 health checks at once by itself', async () => {
    relay = await Relay.open();
    relay.admission = () => 'answer-ok';
    const daprd = await relay.daprd();
    const count = 6000;
    await daprd.write('GET /healthz HTTP/1.1\r\n\r\n'.repeat(count));
    await daprd.expects('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'.repeat(count));
    await relay.settles();
    expect(relay.app.connections).to.equal(0);
  });
});
