import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import { ControlServer } from '../../../proxy/control/server.ts';
import type { ControlLimits } from '../../../proxy/control/visit.ts';
import { eventually } from '../../support/eventually.ts';
import { giveBackPorts, takePort } from '../../support/pod/own-ports.ts';

describe('the server of the control port', () => {
  const sockets: net.Socket[] = [];
  let port: number;
  let server: ControlServer;
  /** How often somebody asked, and who waits for an answer. */
  let asked: number;
  let waiting: { readonly answer: (text: string) => void }[];
  let gone: number;
  let seenHeaders: (readonly string[])[];

  const listen = async (limits: Partial<ControlLimits> = {}): Promise<void> => {
    [asked, waiting, gone, seenHeaders] = [0, [], 0, []];
    port = await takePort();
    server = new ControlServer((request, response) => {
      asked += 1;
      seenHeaders.push(request.rawHeaders);
      response.sendDate = false;
      if (request.url !== '/wait') {
        response.end('now\n');
        return;
      }
      response.on('close', () => {
        gone += 1;
      });
      waiting.push({ answer: (text) => void response.end(text) });
    }, limits);
    await server.listen(port);
  };

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close();
    giveBackPorts([port]);
  });

  /** A connection that sends a text; what it got, and whether it was closed. */
  const connect = async (text: string) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    sockets.push(socket);
    const seen = { socket, got: '', isClosed: false };
    socket.on('data', (chunk) => {
      seen.got += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      seen.isClosed = true;
    });
    await once(socket, 'connect');
    socket.write(text);
    return seen;
  };
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

  it('answers one request a connection, however many are sent', async () => {
    await listen();
    const seen = await connect(get('/now').repeat(500));
    await eventually('it is closed', () => seen.isClosed);
    expect(asked).to.equal(1);
    expect(seen.got).to.equal('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnow\n');
  });

  it('shows the routes only the path of what a stranger has written', async () => {
    await listen();
    const body = 'GET /now HTTP/1.1\r\n\r\n';
    const headers = `Host: a\r\nContent-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n`;
    const seen = await connect(`POST /now?x=1 HTTP/1.1\r\n${headers}Upgrade: h2c\r\n\r\n${body}`);
    await eventually('it is answered', () => seen.got.endsWith('now\n'));
    expect(seenHeaders).to.deep.equal([['Host', 'daps', 'Connection', 'close']]);
  });

  it('reads a head that arrives in pieces', async () => {
    await listen();
    const seen = await connect('GET /no');
    for (const piece of ['w HTTP/1.1\r', '\nHost: a\r\n', '\r\n']) {
      expect(seen.got).to.equal('');
      seen.socket.write(piece);
    }
    await eventually('it is answered', () => seen.got.endsWith('now\n'));
  });

  for (const [name, text, status] of [
    ['what is no HTTP', '\u0016\u0003\u0001\n', 400],
    ['a head without an end', `GET / HTTP/1.1\r\nA: ${'x'.repeat(20_000)}`, 431],
  ] as const)
    it(`refuses ${name}`, async () => {
      await listen();
      const seen = await connect(text);
      await eventually('it is closed', () => seen.isClosed);
      expect(seen.got).to.match(new RegExp(`^HTTP/1.1 ${status} `));
      expect(asked).to.equal(0);
    });

  it('ends a connection that takes too long for its head', async () => {
    await listen({ headMs: 50 });
    const seen = await connect('GET /now HT');
    await eventually('it is closed', () => seen.isClosed);
    expect(seen.got).to.equal('');
  });

  it('ends a connection whose caller does not read the answer', async () => {
    await listen({ answerMs: 50 });
    const seen = await connect(get('/wait'));
    await eventually('it waits', () => waiting.length === 1);
    seen.socket.pause();
    waiting[0]?.answer('x');
    await eventually('it is ended', () => gone === 1);
  });

  it('accepts only a limited number of bytes after a head, also from a caller who waits', async () => {
    await listen({ bytesBehindHead: 1000 });
    const seen = await connect(get('/wait'));
    await eventually('it waits', () => waiting.length === 1);
    seen.socket.write(Buffer.alloc(1001));
    await eventually('it is closed', () => seen.isClosed);
    expect(gone).to.equal(1);
  });

  it('notices that a caller has gone, and answers those who still wait', async () => {
    await listen();
    const [first, second] = [await connect(get('/wait')), await connect(get('/wait'))];
    await eventually('both wait', () => waiting.length === 2);
    first.socket.destroy();
    await eventually('one has gone', () => gone === 1);
    for (const { answer } of waiting) answer('at last\n');
    await eventually('the other is answered', () => second.got.endsWith('at last\n'));
  });

  it('keeps callers who wait, however many pass, and ends those beyond its limit', async () => {
    await listen({ passing: 8, waiting: 8 });
    const waiter = await connect(get('/wait'));
    await eventually('it waits', () => waiting.length === 1);
    const halves: { readonly isClosed: boolean }[] = [];
    for (let count = 0; count < 40; count += 1) halves.push(await connect('GET /'));
    await eventually('all but eight are closed', () => halves.filter(({ isClosed }) => isClosed).length === 32);
    expect((await connect(get('/now'))).isClosed).to.equal(false);
    const others: { readonly isClosed: boolean }[] = [];
    for (let count = 0; count < 40; count += 1) others.push(await connect(get('/wait')));
    await eventually('all but seven are closed', () => others.filter(({ isClosed }) => isClosed).length === 33);
    expect(waiter.isClosed).to.equal(false);
    waiting[0]?.answer('drained\n');
    await eventually('it is answered', () => waiter.got.endsWith('drained\n'));
  });

  it('rejects if its port is in use', async () => {
    await listen();
    const second = new ControlServer(() => undefined);
    const failure = await second.listen(port).catch((error: NodeJS.ErrnoException) => error.code);
    expect(failure).to.equal('EADDRINUSE');
  });
});
