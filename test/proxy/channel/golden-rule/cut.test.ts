import { expect } from 'chai';
import { dapsResponses } from '../../../../proxy/channel/daps-responses.ts';
import { call, delivery, deliverySteps, healthy, success } from '../../../support/relay/delivery-steps.ts';
import { Relay } from '../../../support/relay/stage.ts';

describe('The golden rule: requests that the app cuts', () => {
  let relay: Relay;
  afterEach(() => relay.close());
  const { isHeld, arrives, isAnswered, expectSilence, expectKept } = deliverySteps(() => relay);

  const chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n';
  const cuts: readonly (readonly [string, 'reset' | 'end', string])[] = [
    ['before an answer', 'reset', ''],
    ['before an answer', 'end', ''],
    ['in the head of the answer', 'reset', 'HTTP/1.1 200 OK\r\nConte'],
    ['in the head of the answer', 'end', 'HTTP/1.1 200 OK\r\nConte'],
    ['in the middle of the answer', 'reset', success.slice(0, -7)],
    ['one byte before its end', 'end', success.slice(0, -1)],
    ['before the last line of chunks', 'end', chunks],
    ['after 60 KB', 'end', `HTTP/1.1 200 OK\r\nContent-Length: 60001\r\n\r\n${'x'.repeat(60_000)}`],
  ];
  for (const [name, how, part] of cuts)
    it(`a delivery that is cut ${name} by the app's ${how} is held, and sent again byte for byte`, async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.writePieces(Buffer.from(delivery), 9);
      const app = await arrives(delivery);
      await app.write(part);
      app[how]();
      await isHeld();
      await relay.roundTrip();
      expectSilence(daprd, 2);
      expect(relay.suspected[0]).to.equal('cut');
      relay.gate.release();
      await isAnswered(daprd, delivery);
      expect([relay.traffic.replayedCount, relay.notes]).to.deep.equal([1, []]);
    });

  it('daprd sees only interim answers of an attempt that was cut', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(delivery);
    const app = await arrives(delivery);
    await app.write(`HTTP/1.1 100 Continue\r\n\r\n${success.slice(0, -1)}`);
    await daprd.expects('HTTP/1.1 100 Continue\r\n\r\n');
    app.reset();
    await isHeld();
    relay.gate.release();
    await isAnswered(daprd, delivery);
  });

  it('a request that was cut before its end is kept as it arrives, and sent whole', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(delivery.slice(0, -5));
    (await arrives(delivery.slice(0, -5))).reset();
    await isHeld();
    await daprd.write(delivery.slice(-5));
    await relay.roundTrip();
    expectKept(delivery.length);
    relay.gate.release();
    await isAnswered(daprd, delivery);
  });

  it('only the status of the last attempt counts', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(delivery);
    const app = await arrives(delivery);
    await app.write(success.replace('200 OK', '500 No').slice(0, -1));
    app.end();
    await isHeld();
    relay.gate.release();
    await isAnswered(daprd, delivery);
    expect(relay.endings).to.deep.equal(['delivery app 200']);
  });

  for (const question of ['GET /dapr/subscribe', 'GET /dapr/config', 'OPTIONS /queue'])
    it(`${question}, which daprd asks once, is held after a cut and sent again`, async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(`${question} HTTP/1.1\r\n\r\n`);
      (await arrives(`${question} HTTP/1.1\r\n\r\n`)).reset();
      await isHeld();
      relay.gate.release();
      await isAnswered(daprd, `${question} HTTP/1.1\r\n\r\n`);
    });

  it('a question of daprd that is cut each time ends with a reset: any status would count as an answer', async () => {
    relay = await Relay.open({ replays: 1 });
    const question = 'GET /dapr/subscribe HTTP/1.1\r\n\r\n';
    const daprd = await relay.daprd();
    await daprd.write(question);
    (await arrives(question)).reset();
    await isHeld();
    relay.gate.release();
    (await arrives(question)).reset();
    expect(await daprd.closed()).to.equal('reset');
    expect(daprd.takeAll().length).to.equal(0);
    await relay.settles();
    expect([relay.endings, relay.notes]).to.deep.equal([['init nobody'], []]);
  });

  for (const replays of [0, 1, 3])
    it(`a delivery that is cut more than ${replays} times is given up, and one note says so`, async () => {
      relay = await Relay.open({ replays });
      const daprd = await relay.daprd();
      await daprd.write(delivery);
      for (let attempt = 1; attempt <= replays + 1; attempt += 1) {
        const app = await arrives(delivery);
        expectSilence(daprd, attempt);
        app.reset();
        if (attempt > replays) break;
        await isHeld();
        relay.gate.release();
      }
      expect((await daprd.rest()).equals(dapsResponses['give-up'].bytes)).to.equal(true);
      const note = { what: 'give-up', kind: 'delivery', target: '/orders', attempts: replays + 1 };
      expect([relay.notes, relay.endings]).to.deep.equal([[note], ['delivery daps 502']]);
      await relay.settles();
    });

  for (const how of ['reset', 'end'] as const) {
    it(`a call that is cut by the app's ${how} before an answer gets a 502, because daprd may count a reset as a success`, async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(call);
      (await arrives(call))[how]();
      expect((await daprd.rest()).equals(dapsResponses['app-cut'].bytes)).to.equal(true);
      daprd.end();
      await daprd.closed();
      await relay.settles();
      expect([relay.suspected, relay.notes, relay.endings]).to.deep.equal([['cut'], [], ['invocation daps 502']]);
    });

    it(`a call that is cut by the app's ${how} within its answer ends with a reset`, async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(call);
      const app = await arrives(call);
      await app.write(success.slice(0, -1));
      await daprd.expects(success.slice(0, -1));
      app[how]();
      expect(await daprd.closed()).to.equal('reset');
      expect(daprd.takeAll().length).to.equal(0);
      await relay.settles();
      expect([relay.suspected, relay.notes]).to.deep.equal([['cut'], []]);
    });
  }

  const health = 'GET /healthz HTTP/1.1\r\n\r\n';
  for (const how of ['reset', 'end'] as const) {
    it(`daps answers a health check with 200 if a crash cuts it by the app's ${how}: "unhealthy" would fail held deliveries`, async () => {
      let isRefused = false;
      relay = await Relay.open({ isRefused: () => isRefused });
      const daprd = await relay.daprd();
      await daprd.write(health);
      const app = await arrives(health);
      isRefused = true;
      app[how]();
      await daprd.expects(healthy);
      await relay.settles();
      expect([relay.suspected, relay.endings]).to.deep.equal([['refused'], ['health daps 200']]);
    });

    it(`a health check that a living app cuts by its ${how} is sent again, and fails the third time`, async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(health);
      for (let tries = 0; tries < 3; tries += 1) (await arrives(health))[how]();
      expect(await daprd.closed()).to.equal('reset');
      await relay.settles();
      expect([relay.suspected, relay.endings]).to.deep.equal([['cut'], ['health nobody']]);
    });
  }

  it('a delivery that daprd has given up is not sent again when the app closes its connection, too', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(delivery);
    const app = await arrives(delivery);
    daprd.end();
    expect((await app.rest()).length).to.equal(0);
    expect(relay.traffic.workInFlight, 'the app may still be at work').to.equal(1);
    app.end();
    await relay.settles();
    relay.gate.release();
    await relay.roundTrip();
    expect(relay.app.connections).to.equal(2);
    expect([relay.endings[0], relay.notes]).to.deep.equal(['delivery nobody', []]);
  });

  for (const bytes of [900_000, 5_600_000])
    it(`a delivery of ${bytes} bytes is sent again`, async () => {
      relay = await Relay.open();
      const request = `POST /orders HTTP/1.1\r\nContent-Length: ${bytes}\r\n\r\n${'b'.repeat(bytes)}`;
      const daprd = await relay.daprd();
      void daprd.write(request);
      const app = await arrives(request);
      expectKept(request.length);
      app.reset();
      await isHeld();
      relay.gate.release();
      await isAnswered(daprd, request);
    });
});
