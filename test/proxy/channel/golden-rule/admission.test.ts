import { expect } from 'chai';
import { dapsResponses } from '../../../../proxy/channel/daps-responses.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  call,
  callHead,
  delivery,
  deliverySteps,
  healthy,
  stuckNote,
  success,
} from '../../../support/relay/delivery-steps.ts';
import { Relay } from '../../../support/relay/stage.ts';

describe('The golden rule: requests that are admitted, held or refused', () => {
  let relay: Relay;
  afterEach(() => relay.close());
  const { isHeld, arrives, release, isAnswered, expectSilence } = deliverySteps(() => relay);

  const kinds: readonly (readonly [string, string])[] = [
    ['delivery', delivery],
    ['job', 'POST /job/nightly HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}'],
    ['init', 'GET /dapr/subscribe HTTP/1.1\r\n\r\n'],
    ['delivery', 'POST /orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nY: z\r\n\r\n'],
  ];
  for (const [kind, request] of kinds)
    for (const size of [1, 1000])
      it(`a ${kind} of ${request.length} bytes is held, ${size} bytes at a time, until it is released`, async () => {
        relay = await Relay.open();
        relay.admission = () => 'hold';
        const daprd = await relay.daprd();
        await daprd.writePieces(Buffer.from(request), size);
        await isHeld();
        await relay.roundTrip();
        expectSilence(daprd, 1);
        relay.gate.release();
        await relay.roundTrip();
        expectSilence(daprd, 2);
        release();
        await isAnswered(daprd, request);
        expect(relay.endings.filter((ending) => ending === `${kind} app 200`)).to.have.length(1);
        expect(relay.traffic.replayedCount, 'it was never cut').to.equal(0);
      });

  for (const kb of [300, 1000])
    it(`a delivery with a head of ${kb} KB is held; a call with it is refused`, async () => {
      relay = await Relay.open();
      relay.admission = (kind) => (kind === 'delivery' ? 'hold' : 'refuse');
      const long = `X-Long: ${'y'.repeat(1000)}\r\n`.repeat(kb);
      const request = delivery.replace('\r\n', `\r\n${long}`);
      const daprd = await relay.daprd();
      void daprd.write(request);
      await isHeld();
      await relay.roundTrip();
      expectSilence(daprd, 1);
      release();
      await isAnswered(daprd, request);
      relay.admission = () => 'refuse';
      const caller = await relay.daprd();
      void caller.write(call.replace('\r\n', `\r\n${long}`));
      expect((await caller.rest()).equals(dapsResponses['app-down'].bytes)).to.equal(true);
    });

  it('a body larger than the limit waits unread, and arrives whole', async () => {
    relay = await Relay.open();
    relay.admission = () => 'hold';
    const size = 24 * 1024 * 1024;
    const body = Buffer.alloc(size, Buffer.from(Array.from({ length: 65_521 }, (_, index) => (index * 13) % 256)));
    const request = Buffer.concat([Buffer.from(`POST /orders HTTP/1.1\r\nContent-Length: ${size}\r\n\r\n`), body]);
    const daprd = await relay.daprd();
    const sent = daprd.write(request);
    await isHeld();
    await eventually('it is full', () => relay.budget.usedBytes > 6 * 1024 * 1024);
    for (let times = 0; times < 3; times += 1) await relay.roundTrip();
    expect(relay.budget.usedBytes).to.be.at.most(6.5 * 1024 * 1024);
    expect(relay.gate.stuck()).to.equal(0);
    release();
    await isAnswered(daprd, request);
    await sent;
  });

  it('40 large deliveries together keep little more than 16 MiB, and each arrives whole', async () => {
    relay = await Relay.open();
    relay.admission = () => 'hold';
    const whole = `POST /orders HTTP/1.1\r\nContent-Length: 900000\r\n\r\n${'r'.repeat(900_000)}`;
    const all = await Promise.all(Array.from({ length: 40 }, () => relay.daprd()));
    for (const daprd of all) void daprd.write(whole);
    await isHeld(all.length);
    await eventually('all is full', () => relay.budget.usedBytes > 16 * 1024 * 1024);
    for (let times = 0; times < 5; times += 1) await relay.roundTrip();
    expect(relay.budget.usedBytes).to.be.at.most(16 * 1024 * 1024 + (all.length + 1) * 9000);
    release();
    await Promise.all(all.map(async () => (await arrives(whole)).write(success)));
    await Promise.all(all.map((daprd) => daprd.expects(success)));
    await relay.settles();
  });

  it('a request that is released before its end continues as it arrives', async () => {
    relay = await Relay.open();
    relay.admission = () => 'hold';
    const daprd = await relay.daprd();
    await daprd.write(delivery.slice(0, -5));
    await isHeld();
    release();
    const app = await arrives(delivery.slice(0, -5));
    await daprd.write(delivery.slice(-5));
    await app.expects(delivery.slice(-5));
    await app.write(success);
    await daprd.expects(success);
    await relay.settles();
  });

  for (const how of ['end', 'destroy', 'reset'] as const)
    it(`a held delivery is given up at daprd's ${how}, and never reaches the app`, async () => {
      relay = await Relay.open();
      relay.admission = () => 'hold';
      const daprd = await relay.daprd();
      await daprd.write(delivery);
      await isHeld();
      daprd[how]();
      await relay.settles();
      release();
      await relay.roundTrip();
      expect(relay.app.connections).to.equal(1);
      expect(relay.endings[0]).to.equal('delivery nobody');
    });

  it('held chunks of unclear framing are stuck, and one note says so', async () => {
    relay = await Relay.open();
    relay.admission = () => 'hold';
    const daprd = await relay.daprd();
    await daprd.write('POST /orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello');
    await relay.until('a note', () => relay.notes.length > 0);
    expect(relay.notes).to.deep.equal([stuckNote(0)]);
    expect(relay.gate.stuck()).to.equal(1);
    release();
    await relay.roundTrip();
    expectSilence(daprd, 1);
  });

  for (const [name, rest] of [
    ['with an error in JSON', ''],
    ['and the requests behind it are discarded', 'GET /next HTTP/1.1\r\n\r\n'.repeat(20_000)],
  ] as const)
    it(`a call is refused ${name}`, async () => {
      relay = await Relay.open();
      relay.admission = () => 'refuse';
      const daprd = await relay.daprd();
      await daprd.write(call + rest);
      const body =
        '{"errorCode":"ERR_DAPS_APP_DOWN","message":"the app does not accept connections; daps lets calls in again when it is ready"}';
      expect((await daprd.rest()).toString()).to.equal(
        `HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      daprd.end();
      expect(await daprd.closed()).to.equal('ended');
      await relay.settles();
      expect([relay.app.connections, relay.endings]).to.deep.equal([0, ['invocation daps 503']]);
    });

  it('a call may be refused while its body still arrives', async () => {
    relay = await Relay.open();
    relay.admission = () => 'refuse';
    const daprd = await relay.daprd();
    const body = Buffer.alloc(8 * 1024 * 1024, 'b');
    await daprd.write(callHead.replace('Content-Length: 4', `Content-Length: ${body.length}`));
    await daprd.write(body);
    expect((await daprd.rest()).equals(dapsResponses['app-down'].bytes)).to.equal(true);
    daprd.end();
    expect(await daprd.closed()).to.equal('ended');
    await relay.settles();
    expect(relay.endings).to.deep.equal(['invocation daps 503']);
  });

  it('daps answers a health check with 200 while the app may not be asked, and the connection stays open', async () => {
    relay = await Relay.open({ healthPath: '/health' });
    relay.admission = (kind) => (kind === 'health' ? 'answer-ok' : 'forward');
    const daprd = await relay.daprd();
    for (const request of ['GET /health HTTP/1.1\r\n\r\n', 'GET /health?a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc']) {
      await daprd.writePieces(Buffer.from(request), 5);
      await daprd.expects(healthy);
    }
    await daprd.write(delivery);
    await isAnswered(daprd, delivery);
    expect(relay.endings).to.deep.equal(['health daps 200', 'health daps 200', 'delivery app 200']);
  });
});
