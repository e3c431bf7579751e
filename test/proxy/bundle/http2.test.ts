import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { expect } from 'chai';
import { env } from '../../../proxy/contract/names.ts';
import { type Certificate, makeCertificate } from '../../support/relay/tls.ts';
import { Stage } from '../../support/sidecar/stage.ts';

const tcp = { [env.readyProbe]: 'tcp://127.0.0.1:APP' };

/** An app that speaks HTTP/2 only, and answers when the test lets it. */
class Http2App {
  readonly waiting: http2.ServerHttp2Stream[] = [];
  readonly #server: http2.Http2Server | http2.Http2SecureServer;
  readonly #sockets = new Set<net.Socket>();

  constructor(certificate?: Certificate) {
    this.#server =
      certificate === undefined
        ? http2.createServer()
        : http2.createSecureServer({ ...certificate, allowHTTP1: false });
    this.#server.on('stream', (stream: http2.ServerHttp2Stream) => {
      stream.on('error', () => undefined);
      this.waiting.push(stream);
    });
    for (const event of ['connection', 'secureConnection'])
      this.#server.on(event, (socket: net.Socket) => this.#sockets.add(socket));
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  answer(): void {
    const stream = this.waiting.shift();
    stream?.respond({ ':status': 200 });
    stream?.end('done');
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describe('an app that speaks HTTP/2', () => {
  let stage: Stage;
  let app: Http2App;
  let daprd: http2.ClientHttp2Session;
  let certificate: Certificate;
  before(function () {
    certificate = makeCertificate(this);
  });
  afterEach(async () => {
    daprd.destroy();
    app.close();
    await stage.strike();
  });

  const open = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    stage = await Stage.set({ ...tcp, [env.appProtocol]: 'h2c', ...settings });
    app = new Http2App(settings[env.appProtocol] === 'grpcs' ? certificate : undefined);
    await app.listen(stage.config.app.port);
    await stage.phase('open');
    const connected = http2.connect('http://app', {
      createConnection: () => net.connect(stage.config.channelPort, '127.0.0.1'),
    });
    connected.on('error', () => undefined);
    daprd = connected;
    // As daprd does it: what it is at is finished, and its connections end with its process.
    // Its ports close first.
    stage.daprd.endsGracefully = () => {
      stage.daprd.end();
      connected.close();
    };
    await once(connected, 'remoteSettings');
  };

  const ask = (path: string): Promise<string> => {
    const stream = daprd.request({ ':method': 'POST', ':path': path });
    stream.setEncoding('utf8').end('x');
    return new Promise((resolve, reject) => {
      let body = '';
      stream.on('data', (part: string) => {
        body += part;
      });
      stream.on('end', () => resolve(body));
      stream.on('error', reject);
    });
  };

  const asked = (): readonly string[] => stage.daprd.asked.map(({ what }) => what);

  it('is answered through the sidecar, bytes as they are', async () => {
    await open();
    const answered = ask('/one');
    await stage.arrives('the app has it', () => app.waiting.length === 1);
    expect(stage.sidecar.traffic.openStreams).to.equal(1);
    app.answer();
    expect(await answered).to.equal('done');
    await stage.arrives('nothing is open', () => stage.sidecar.traffic.openStreams === 0);
  });

  it('is reached by TLS, which needs ALPN', async () => {
    await open({ [env.appProtocol]: 'grpcs' });
    const answered = ask('/one');
    await stage.arrives('the app has it', () => app.waiting.length === 1);
    app.answer();
    expect(await answered).to.equal('done');
  });

  it('does not stay for an idle connection; daprd ends first', async () => {
    await open();
    await stage.podGoes();
    const begunMs = stage.clock.nowMs();
    expect((await stage.drained()).body).to.equal('drained\n');
    expect(stage.clock.nowMs() - begunMs).to.be.below(1000);
    expect(stage.daprd.isRunning).to.equal(false);
    expect(asked()).to.deep.equal(['graceful']);
    expect(stage.warnings()).to.deep.equal([]);
  });

  it('finishes its work after daps has asked daprd to take nothing more', async () => {
    await open();
    const answered = ask('/one');
    await stage.arrives('the app has it', () => app.waiting.length === 1);
    await stage.podGoes();
    const hook = stage.appHook();
    await stage.passes(5000);
    expect(asked()).to.deep.equal(['graceful']);
    expect(await stage.isSettled(hook)).to.equal(false);
    app.answer();
    expect(await answered).to.equal('done');
    expect((await stage.drained(hook)).body).to.equal('drained\n');
  });

  it('stays for its callers, which daprd knows of', async () => {
    await open({ [env.callerDelay]: '3s' });
    stage.daprd.callsCount = 7;
    await stage.podGoes();
    await stage.passes(2900);
    expect(stage.sidecar.lifecycle.phase).to.equal('draining');
    await stage.passes(500);
    expect(stage.sidecar.lifecycle.phase).to.equal('drained');
  });

  it('stays no longer if daprd is slow to report them', async () => {
    await open({ [env.callerDelay]: '3s' });
    stage.daprd.callsReceived = async () => {
      stage.clock.moveTo(stage.clock.nowMs() + 1500);
      return 7;
    };
    const deletedMs = stage.clock.nowMs();
    await stage.podGoes();
    await stage.phase('drained');
    expect(stage.clock.nowMs() - deletedMs).to.be.within(3000, 4000);
  });

  it('may stop at the deadline if daprd refuses to shut down, and the log says so', async () => {
    await open();
    stage.daprd.isReachable = false;
    await stage.podGoes();
    expect((await stage.drained()).body).to.equal('drained\n');
    expect(stage.warnings().join()).to.include('daprd refuses to shut down');
  });

  it('that crashes lets daprd see its connection end', async () => {
    await open();
    const answered = ask('/one').catch(() => 'cut');
    await stage.arrives('the app has it', () => app.waiting.length === 1);
    app.close();
    expect(await answered).to.be.oneOf(['cut', '']);
    await stage.arrives('nothing is open', () => stage.sidecar.traffic.openStreams === 0);
  });
});
