import { expect } from 'chai';
import { ok } from '../../../support/relay/messages.ts';
import type { Wire } from '../../../support/relay/raw-connection.ts';
import type { Relay } from '../../../support/relay/stage.ts';
import { type Certificate, makeCertificate, openTlsRelay } from '../../../support/relay/tls.ts';

describe('the relay and an app with TLS', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  let certificate: Certificate;
  before(function () {
    certificate = makeCertificate(this);
  });
  const openTls = (): Promise<Relay> => openTlsRelay(certificate);

  it('accepts a self-signed certificate, and passes bytes both ways', async () => {
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

  it('discards what daprd sends after a tunnel has ended, and opens no connection for it', async () => {
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

  it('holds a delivery that is cut, and sends it again', async () => {
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
