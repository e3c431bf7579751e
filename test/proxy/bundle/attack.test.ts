import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync, writeSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { env } from '../../../proxy/contract/names.ts';
import { eventually } from '../../support/eventually.ts';
import { SidecarProcess } from '../../support/sidecar/process.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { turns } from '../../support/turns.ts';

const megabyte = 2 ** 20;
const strangers = process.env['DAPS_FULL'] === undefined ? 600 : 10_000;
/** Beside a busy machine too; without bounds the flood of pipelined requests took 16 s. */
const longestMs = 5000;

describe('the sidecar as a process, under attack from the network', () => {
  let sidecar: SidecarProcess;
  before(async () => {
    sidecar = await SidecarProcess.open();
    for (let times = 0; times < 200; times += 1) await sidecar.deliver();
  });
  after(() => sidecar.stop());

  /** A connection of a stranger's, which sends a text and ignores what becomes of it. */
  const stranger = async (text: string | Buffer): Promise<net.Socket> => {
    const socket = net.connect({ host: '127.0.0.1', port: sidecar.controlPort });
    socket.on('error', () => {});
    await new Promise((resolve) => {
      socket.on('connect', resolve);
      socket.on('close', resolve);
    });
    socket.write(text);
    return socket;
  };

  const many = async (count: number, text: string, each: (socket: net.Socket) => void = () => {}): Promise<void> => {
    const all: net.Socket[] = [];
    for (let made = 0; made < count; made += 100) {
      const some = await Promise.all(Array.from({ length: Math.min(100, count - made) }, () => stranger(text)));
      for (const socket of some) each(socket);
      all.push(...some);
    }
    for (const socket of all) socket.destroy();
  };

  /** Sends for as long as somebody reads. */
  const pour = async (head: string, bytes: number): Promise<number> => {
    const socket = await stranger(head);
    const chunk = Buffer.alloc(64 * 1024, 'GET / HTTP/1.1\r\n\r\n');
    let sent = 0;
    while (sent < bytes && !socket.destroyed) {
      sent += chunk.length;
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
    }
    socket.destroy();
    return sent;
  };

  const metrics = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n';
  const scenes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['68 KB of pipelined requests for its metrics', () => many(20, metrics.repeat(1800))],
    ['connections that send half a head', () => many(strangers, 'GET /metrics HTTP/1.1\r\nHost:')],
    ['connections that ask for its metrics and never read', () => many(strangers, metrics, (socket) => socket.pause())],
    ['connections that ask for its metrics and hang up', () => many(strangers, metrics, (socket) => socket.destroy())],
    ['connections that ask for hooks and wait', () => many(strangers, 'GET /daps/app-shutdown HTTP/1.1\r\n\r\n')],
    ['heads of 200 KB', () => many(100, `GET /livez HTTP/1.1\r\nA: ${'x'.repeat(200_000)}`)],
    ['bodies of 500 MB', () => pour('POST /livez HTTP/1.1\r\nContent-Length: 524288000\r\n\r\n', 500 * megabyte)],
    ['bodies of 500 MB behind a hook', () => pour('GET /daps/app-shutdown HTTP/1.1\r\n\r\n', 500 * megabyte)],
  ];
  for (const [name, attack] of scenes)
    it(`bears ${name}: deliveries go on, and it takes no 16 MB`, async () => {
      const before = sidecar.privateBytes();
      let isOver = false;
      const attacked = attack().finally(() => {
        isOver = true;
      });
      let [most, longest] = [before, 0];
      while (!isOver) {
        const { status, tookMs } = await sidecar.deliver();
        expect(status).to.equal(200);
        longest = Math.max(longest, tookMs);
        most = Math.max(most, sidecar.privateBytes());
        await turns(1);
      }
      await attacked;
      expect(longest, 'ms for a delivery').to.be.lessThan(longestMs);
      expect((most - before) / megabyte, 'MB').to.be.lessThan(16);
      expect(await sidecar.phase()).to.equal('open');
    });

  it('reads no body to its end', async () => {
    expect(await pour('POST /livez HTTP/1.1\r\n\r\n', 500 * megabyte)).to.be.lessThan(50 * megabyte);
  });
});

describe('the sidecar as a process, and signals', () => {
  let sidecar: SidecarProcess;
  beforeEach(async () => {
    sidecar = await SidecarProcess.open();
  });
  afterEach(() => sidecar.stop());

  it('does not end, or start a debugger, at signals that end Node', async () => {
    for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGPIPE'] as const) sidecar.kill(signal);
    for (let times = 0; times < 5; times += 1) expect((await sidecar.deliver()).status).to.equal(200);
    expect(await sidecar.phase()).to.equal('open');
    expect(sidecar.said.join('')).not.to.match(/debugger|inspector/i);
  });

  const bundle = join(import.meta.dirname, '../../../dist/daps-sidecar.mjs');
  const hook = (environment: Readonly<Record<string, string>>): number => {
    try {
      execFileSync(process.execPath, [bundle, 'self-shutdown'], {
        env: { ...process.env, ...environment },
        stdio: 'ignore',
      });
      return 0;
    } catch (error) {
      return (error as { readonly status: number }).status;
    }
  };

  it('drains when its own hook says that the pod goes, and at no other signal', async () => {
    expect(hook({ ...sidecar.environment, [env.podName]: 'another' })).to.equal(1);
    expect(await sidecar.phase()).to.equal('open');
    expect(hook(sidecar.environment)).to.equal(0);
    await sidecar.until('it drains', async () => /drain/.test(await sidecar.phase()));
    expect(sidecar.said.join('')).to.include('the pod was deleted');
  });
});

describe('the sidecar as a process, beside faults', () => {
  const folder = openTempFolder();
  after(() => folder.remove());

  it('says in one sentence that its control port is in use, and exits with 2', async () => {
    const taken = net.createServer();
    await once(taken.listen(0), 'listening');
    const { port } = taken.address() as net.AddressInfo;
    const failure = await SidecarProcess.ending({ [env.controlPort]: String(port) });
    taken.close();
    expect(failure.code).to.equal(2);
    expect(failure.said).to.match(/^daps: the control port \d+ is taken: .*\.\n$/);
  });

  it('keeps working if the reader of its log stalls, and writes again when that reads', async () => {
    const fifo = join(folder.path, 'log');
    execFileSync('mkfifo', [fifo]);
    const log = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const chunk = Buffer.alloc(4096, ' ');
    try {
      for (;;) writeSync(log, chunk);
    } catch {
      // The pipe is full.
    }
    const sidecar = await SidecarProcess.open({}, ['ignore', log, 'ignore']);
    expect((await sidecar.deliver()).status).to.equal(200);
    const reader = new net.Socket({ fd: log, readable: true, writable: false });
    let text = '';
    reader.on('data', (read) => {
      text += read.toString();
    });
    await eventually('the lines come', () => text.includes('the app is ready'));
    sidecar.end();
    expect(await sidecar.ended()).to.deep.equal([0, null]);
    await eventually('the last line comes', () => text.includes('→ stopping'));
    reader.destroy();
    sidecar.stop();
  });
});
