import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo, type Server } from 'node:net';
import { expect } from 'chai';
import { networkProber } from '../../../proxy/adapters/prober.ts';
import { takePort } from '../../support/pod/own-ports.ts';

describe('probes', () => {
  const servers: Server[] = [];
  /** Also those that a server does not read from, which notice no end. */
  const connections: net.Socket[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    for (const connection of connections.splice(0)) connection.destroy();
  });

  const listening = async (server: Server): Promise<number> => {
    servers.push(server);
    server.on('connection', (socket: net.Socket) => connections.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const web = (handle: http.RequestListener): Promise<number> => listening(http.createServer(handle));
  const probeHttp = (port: number, headers = {}) =>
    networkProber.probe({ kind: 'http', url: new URL(`http://127.0.0.1:${port}/ready`), headers });

  for (const [status, kind] of [
    [200, 'ready'],
    [204, 'ready'],
    [302, 'ready'],
    [399, 'ready'],
    [400, 'not-ready'],
    [404, 'not-ready'],
    [503, 'not-ready'],
  ] as const)
    it(`${status} is ${kind}, as for the kubelet`, async () => {
      const port = await web((_, response) => response.writeHead(status).end());
      expect((await probeHttp(port)).kind).to.equal(kind);
    });

  it('sends the headers of the probe', async () => {
    const port = await web(({ headers }, response) =>
      response.writeHead(headers['x-probe'] === 'yes' ? 200 : 500).end(),
    );
    expect((await probeHttp(port, { 'X-Probe': 'yes' })).kind).to.equal('ready');
  });

  it('distinguishes a port that refuses from an app that does not answer well', async () => {
    expect((await probeHttp(await takePort())).kind).to.equal('refused');
    const port = await listening(net.createServer((socket) => socket.destroy()));
    expect((await probeHttp(port)).kind).to.equal('not-ready');
  });

  it('connects for tcp', async () => {
    const port = await listening(net.createServer());
    expect((await networkProber.probe({ kind: 'tcp', host: '127.0.0.1', port })).kind).to.equal('ready');
    const closed = await takePort();
    expect((await networkProber.probe({ kind: 'tcp', host: '127.0.0.1', port: closed })).kind).to.equal('refused');
    expect(await networkProber.isRefused('127.0.0.1', closed)).to.equal(true);
    expect(await networkProber.isRefused('127.0.0.1', port)).to.equal(false);
  });

  it('gives up after the time it is given', async () => {
    const port = await web(() => {}); // never answers
    const url = new URL(`http://127.0.0.1:${port}/bye`);
    const result = await networkProber.probe({ kind: 'http', url, headers: {} }, 50);
    expect(result).to.deep.equal({ kind: 'not-ready', reason: '/bye did not answer within 50 ms' });
  });

  /** Answers that begin and do not end, each the bytes that come at first and those that come again and again. */
  const endless: readonly (readonly [string, string, string])[] = [
    ['headers that drip', 'HTTP/1.1 200 OK\r\n', 'X-A: b\r\n'],
    ['interim answers for ever', '', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['silence', '', ''],
  ];
  for (const [name, first, again] of endless)
    it(`gives up on ${name} after the time it is given`, async () => {
      const port = await dripping(first, again);
      expect(await withTimeout(port)).to.deep.equal({
        kind: 'not-ready',
        reason: '/ready did not answer within 200 ms',
      });
    });

  it('is not ready if the app switches protocols', async () => {
    const port = await dripping('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', '');
    expect(await withTimeout(port)).to.deep.equal({ kind: 'not-ready', reason: '/ready switched to another protocol' });
  });

  it('gives up on JSON without an end', async () => {
    const port = await dripping('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\n \r\n');
    expect(await networkProber.getJson(new URL(`http://127.0.0.1:${port}/busy`), 200)).to.equal(undefined);
  });

  it('is ready with a body without an end, as for the kubelet', async () => {
    const port = await dripping('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\n \r\n');
    expect((await withTimeout(port)).kind).to.equal('ready');
  });

  it('sends the bytes of a header of any script, and is not ready with one that HTTP cannot carry', async () => {
    const port = await web(({ headers }, response) =>
      response.writeHead(Buffer.from(String(headers['x-a']), 'latin1').toString() === 'grün ✓' ? 200 : 500).end(),
    );
    expect((await probeHttp(port, { 'X-A': 'grün ✓' })).kind).to.equal('ready');
    expect((await probeHttp(port, { 'X-A': 'a\nb' })).kind).to.equal('not-ready');
  });

  it('gives up on a gRPC port that accepts and closes', async () => {
    const port = await listening(net.createServer((socket) => socket.end()));
    const result = await networkProber.probe({ kind: 'grpc', host: '127.0.0.1', port, service: '' });
    expect(result.kind).to.equal('not-ready');
  });

  const dripping = (first: string, again: string): Promise<number> =>
    listening(
      net.createServer((socket) => {
        socket.on('error', () => {});
        socket.write(first);
        const timer = setInterval(() => socket.write(again), 20);
        socket.on('close', () => clearInterval(timer));
      }),
    );
  const withTimeout = (port: number) =>
    networkProber.probe({ kind: 'http', url: new URL(`http://127.0.0.1:${port}/ready`), headers: {} }, 200);

  it('speaks the gRPC health protocol', async () => {
    const asked: Buffer[] = [];
    const server = http2.createServer();
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const message = Buffer.concat(chunks);
        asked.push(message);
        const isKnown = headers[':path'] === '/grpc.health.v1.Health/Check';
        const status = message.includes('sleeping') ? 2 : 1;
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isKnown ? '0' : '12' }));
        stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]));
      });
    });
    const port = await listening(server as unknown as Server);
    const probe = (service: string) => networkProber.probe({ kind: 'grpc', host: '127.0.0.1', port, service });
    expect((await probe('')).kind).to.equal('ready');
    expect((await probe('shop.Orders')).kind).to.equal('ready');
    expect((await probe('sleeping')).kind).to.equal('not-ready');
    expect(asked[0]).to.deep.equal(Buffer.from([0, 0, 0, 0, 0]));
    expect(asked[1]).to.deep.equal(
      Buffer.concat([Buffer.from([0, 0, 0, 0, 13, 0x0a, 11]), Buffer.from('shop.Orders')]),
    );
    const closed = await takePort();
    const refused = await networkProber.probe({ kind: 'grpc', host: '127.0.0.1', port: closed, service: '' });
    expect(refused.kind).to.equal('refused');
  });

  for (const [name, status, body, value] of [
    ['JSON', 200, '{"busy":true}', { busy: true }],
    ['no JSON', 200, 'busy', undefined],
    ['an error', 500, '{"busy":false}', undefined],
    ['nothing', 204, '', undefined],
    ['too much', 200, `"${'x'.repeat(100_000)}"`, undefined],
  ] as const)
    it(`reads ${name} as ${JSON.stringify(value)}`, async () => {
      const port = await web((_, response) => response.writeHead(status).end(body));
      expect(await networkProber.getJson(new URL(`http://127.0.0.1:${port}/busy`))).to.deep.equal(value);
    });
});
