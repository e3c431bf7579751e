import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import type { Wire } from '../../support/relay/raw-connection.ts';
import { Relay } from '../../support/relay/stage.ts';
import { runsOf } from '../../support/sample.ts';

const delivery = (body: Buffer | string = 'work'): Buffer =>
  Buffer.concat([
    Buffer.from(`POST /orders HTTP/1.1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ]);
const call =
  'POST /price HTTP/1.1\r\ndapr-caller-app-id: shop\r\ndapr-callee-app-id: web\r\nContent-Length: 2\r\n\r\nhi';
const ok = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

describe('what is held', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  const isHeld = (count: number): Promise<void> =>
    relay.until(`${count} held`, () => relay.traffic.heldCount === count);

  /** The app gets a request, and dies with it. */
  const cutAfter = async (bytes: Buffer, answer: Buffer | string = ''): Promise<void> => {
    const app = await relay.app.accept();
    await app.expects(bytes);
    if (answer.length > 0) {
      await app.write(answer);
      await relay.roundTrip(); // a reset drops what has not been read
    }
    app.reset();
  };

  const answerNext = async (bytes: Buffer): Promise<Wire> => {
    const app = await relay.app.accept();
    await app.expects(bytes);
    await app.write(ok);
    return app;
  };

  it('reaches nobody and is answered by nobody, until it is let go, byte for byte', async () => {
    relay = await Relay.open();
    relay.admission = () => 'hold';
    const daprd = await relay.daprd();
    await daprd.write(delivery());
    await isHeld(1);
    await relay.roundTrip();
    expect({ connections: relay.app.connections, answered: daprd.waitingBytes, closing: daprd.closing }).to.deep.equal({
      connections: 1, // the round trip's
      answered: 0,
      closing: undefined,
    });
    relay.gate.release();
    await relay.roundTrip();
    expect(relay.app.connections, 'not while it is held').to.equal(2);
    relay.admission = () => 'forward';
    relay.gate.release();
    await answerNext(delivery());
    await daprd.expects(ok);
    await relay.settles();
    expect(relay.endings.at(-1)).to.equal('delivery app 200');
  });

  it('is not read further than is kept, and arrives whole all the same', async () => {
    relay = await Relay.open();
    relay.admission = () => 'hold';
    const daprd = await relay.daprd();
    const large = delivery(Buffer.alloc(24 * 1024 * 1024, 'x'));
    void daprd.write(large);
    await isHeld(1);
    await eventually('it is full', () => relay.budget.usedBytes > 6 * 1024 * 1024);
    for (let times = 0; times < 5; times += 1) await relay.roundTrip();
    expect(relay.budget.usedBytes).to.be.lessThan(7 * 1024 * 1024);
    relay.admission = () => 'forward';
    relay.gate.release();
    await answerNext(large);
    await daprd.expects(ok);
    await relay.settles();
  });

  it('is given up when daprd gives up', async () => {
    relay = await Relay.open();
    relay.admission = () => 'hold';
    const daprd = await relay.daprd();
    await daprd.write(delivery());
    await isHeld(1);
    daprd.destroy();
    await relay.settles();
    expect(relay.endings).to.deep.equal(['delivery nobody']);
  });

  it('and was cut is sent again as it was', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(delivery());
    await cutAfter(delivery());
    await isHeld(1);
    expect(daprd.closing).to.equal(undefined);
    expect(relay.suspected).to.include('cut');
    relay.gate.release();
    await answerNext(delivery());
    await daprd.expects(ok);
    await relay.settles();
  });

  for (const answer of [
    'HTTP/1.1 200',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no',
  ])
    it(`shows daprd nothing of an answer that was cut behind ${JSON.stringify(answer.slice(-6))}`, async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(delivery());
      await cutAfter(delivery(), answer);
      await isHeld(1);
      expect(daprd.waitingBytes).to.equal(0);
      relay.gate.release();
      await answerNext(delivery());
      await daprd.expects(ok);
      await relay.settles();
    });

  it('and crashes the app each time is let fail after its replays, and said', async () => {
    relay = await Relay.open({ replays: 2 });
    const daprd = await relay.daprd();
    await daprd.write(delivery());
    for (let times = 0; times < 3; times += 1) {
      if (times > 0) relay.gate.release();
      await cutAfter(delivery());
      if (times < 2) await isHeld(1);
    }
    expect((await daprd.rest()).toString()).to.match(/^HTTP\/1\.1 502 [\s\S]*"ERR_DAPS_DELIVERY_CUT"/);
    expect(relay.notes).to.deep.equal([{ what: 'give-up', kind: 'delivery', target: '/orders', attempts: 3 }]);
    await relay.settles();
  });

  it('and is too large to be sent again stays, and is said', async () => {
    relay = await Relay.open();
    const large = delivery(Buffer.alloc(8 * 1024 * 1024, 'x'));
    const daprd = await relay.daprd();
    void daprd.write(large);
    await cutAfter(large);
    await isHeld(1);
    expect(relay.gate.stuck()).to.equal(1);
    expect(relay.notes.map(({ what }) => what)).to.deep.equal(['not-replayable']);
    relay.gate.release();
    await relay.roundTrip();
    expect(relay.traffic.heldCount).to.equal(1);
    expect(daprd.closing).to.equal(undefined);
  });

  it('waits for an app that refuses connections', async () => {
    relay = await Relay.open({ isRefused: () => true });
    const daprd = await relay.daprd();
    await daprd.write(delivery());
    await isHeld(1);
    expect(relay.suspected).to.deep.equal(['refused']);
    const caller = await relay.daprd();
    await caller.write(call);
    const refusal = (await caller.rest()).toString();
    expect(refusal).to.match(/^HTTP\/1\.1 503 [\s\S]*\r\nConnection: close\r\n\r\n\{"errorCode":"ERR_DAPS_APP_DOWN"/);
    expect(daprd.closing).to.equal(undefined);
  });

  it('is no call: one that is cut is answered, because daprd may take a reset for a success', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(call);
    await cutAfter(Buffer.from(call));
    expect((await daprd.rest()).toString()).to.match(/^HTTP\/1\.1 502 [\s\S]*"ERR_DAPS_APP_CUT"/);
    await relay.settles();
  });

  it("is no health check: the user's own is answered", async () => {
    relay = await Relay.open();
    relay.admission = (kind) => (kind === 'health' ? 'answer-ok' : 'hold');
    const daprd = await relay.daprd();
    await daprd.write('GET /healthz HTTP/1.1\r\n\r\n');
    await daprd.expects('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await relay.settles();
  });
});

describe('many requests', function () {
  this.timeout(300_000);
  const requests = runsOf('DAPS_LEAK_REQUESTS', 20_000, 100_000);

  it(`leave nothing behind: ${requests} over 32 connections, some cut, some given up`, async () => {
    const relay = await Relay.open({ replays: 100 });
    relay.onSuspected = () => setImmediate(() => relay.gate.release());
    const body = delivery('x'.repeat(1024));
    let asked = 0;
    let served = 0;
    const serve = async (): Promise<void> => {
      for (;;) {
        const app = await relay.app.accept();
        void (async () => {
          try {
            for (;;) {
              await app.expects(body);
              served += 1;
              if (served % 101 === 0) {
                app.reset();
                return;
              }
              await app.write(ok);
            }
          } catch {
            app.destroy();
          }
        })();
      }
    };
    void serve().catch(() => {});
    const drive = async (): Promise<void> => {
      let daprd = await relay.daprd();
      while (asked < requests) {
        asked += 1;
        await daprd.write(body);
        if (asked % 97 === 0) {
          daprd.destroy();
          daprd = await relay.daprd();
        } else await daprd.expects(ok);
      }
      daprd.destroy();
    };
    await Promise.all(Array.from({ length: 32 }, drive));
    await relay.settles();
    await eventually('no connection is left', () => relay.gate.connections() === 0);
    expect(relay.budget.usedBytes).to.equal(0);
    expect(relay.notes).to.deep.equal([]);
    await relay.close();
  });
});
