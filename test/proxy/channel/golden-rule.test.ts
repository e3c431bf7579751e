import { expect } from 'chai';
import fc from 'fast-check';
import { dapsResponses } from '../../../proxy/channel/daps-responses.ts';
import { eventually } from '../../support/eventually.ts';
import { connectWire, type Wire } from '../../support/relay/raw-connection.ts';
import { Relay } from '../../support/relay/stage.ts';
import { runsOf, seedFor } from '../../support/sample.ts';

const delivery =
  'POST /orders HTTP/1.1\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 12\r\n\r\n{"id":"one"}';
const callHead =
  'POST /price HTTP/1.1\r\ndapr-caller-app-id: web\r\ndapr-callee-app-id: shop\r\nContent-Length: 4\r\n\r\n';
const call = `${callHead}body`;
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"status":"SUCCESS"}';
const healthy = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const stuckNote = (attempts: number) => ({ what: 'not-replayable', kind: 'delivery', target: '/orders', attempts });

const seed = seedFor('the golden rule');
const runs = runsOf('DAPS_GOLDEN_RUNS', 300, 3000);

describe('the golden rule: a delivery is answered by the app, or not at all', function () {
  this.timeout(600_000);
  let relay: Relay;
  afterEach(() => relay.close());

  const isHeld = (count = 1): Promise<void> => relay.until(`${count} held`, () => relay.traffic.heldCount === count);

  /** The app gets exactly this, on a connection of its own. */
  const arrives = async (request: string | Buffer): Promise<Wire> => {
    const app = await relay.app.accept();
    await app.expects(request);
    return app;
  };

  /** daprd has neither got a byte nor an end; the app so many connections. */
  const expectSilence = (daprd: Wire, appConnections: number): void => {
    const seen = [daprd.waitingBytes, daprd.hasEnded, relay.app.connections];
    expect(seen).to.deep.equal([0, false, appConnections]);
  };

  /** So many bytes are kept, in memory that is up to twice as large, with what Node keeps of each chunk. */
  const expectKept = (bytes: number): void => {
    expect(relay.budget.usedBytes).to.be.within(bytes, 2 * bytes + 1024);
  };

  const release = (): void => {
    relay.admission = () => 'forward';
    relay.gate.release();
  };

  const isAnswered = async (daprd: Wire, request: string | Buffer): Promise<void> => {
    const app = await arrives(request);
    await app.write(ok);
    await daprd.expects(ok);
    await relay.settles();
  };

  describe('what is admitted', () => {
    const kinds: readonly (readonly [string, string])[] = [
      ['delivery', delivery],
      ['job', 'POST /job/nightly HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}'],
      ['init', 'GET /dapr/subscribe HTTP/1.1\r\n\r\n'],
      ['delivery', 'POST /orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nY: z\r\n\r\n'],
    ];
    for (const [kind, request] of kinds)
      for (const size of [1, 1000])
        it(`a ${kind} of ${request.length} bytes is held, ${size} bytes a time, until it is let go`, async () => {
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
      it(`a delivery with a head of ${kb} KB is held, and refused where it is a call`, async () => {
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

    it('a body that is larger than what is kept waits unread, and comes whole', async () => {
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

    it('all together keep little more than 16 MiB, and each comes whole', async () => {
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
      await Promise.all(all.map(async () => (await arrives(whole)).write(ok)));
      await Promise.all(all.map((daprd) => daprd.expects(ok)));
      await relay.settles();
    });

    it('a request that is let go before its end goes on as it comes', async () => {
      relay = await Relay.open();
      relay.admission = () => 'hold';
      const daprd = await relay.daprd();
      await daprd.write(delivery.slice(0, -5));
      await isHeld();
      release();
      const app = await arrives(delivery.slice(0, -5));
      await daprd.write(delivery.slice(-5));
      await app.expects(delivery.slice(-5));
      await app.write(ok);
      await daprd.expects(ok);
      await relay.settles();
    });

    for (const how of ['end', 'destroy', 'reset'] as const)
      it(`what is held is given up at daprd's ${how}, and never reaches the app`, async () => {
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

    it('held chunks that cannot be told apart are stuck, and that is said', async () => {
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
      ['with words', ''],
      ['and what comes behind it is not heard', 'GET /next HTTP/1.1\r\n\r\n'.repeat(20_000)],
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

    it('a call that is refused may still be sending its body', async () => {
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

    it('health is answered with 200 where the app may not be asked, and the connection goes on', async () => {
      relay = await Relay.open({ healthPath: '/health' });
      relay.admission = (kind) => (kind === 'health' ? 'answer-ok' : 'forward');
      const daprd = await relay.daprd();
      for (const request of [
        'GET /health HTTP/1.1\r\n\r\n',
        'GET /health?a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc',
      ]) {
        await daprd.writePieces(Buffer.from(request), 5);
        await daprd.expects(healthy);
      }
      await daprd.write(delivery);
      await isAnswered(daprd, delivery);
      expect(relay.endings).to.deep.equal(['health daps 200', 'health daps 200', 'delivery app 200']);
    });
  });

  describe('what is cut', () => {
    const chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n';
    const cuts: readonly (readonly [string, 'reset' | 'end', string])[] = [
      ['before an answer', 'reset', ''],
      ['before an answer', 'end', ''],
      ['in the head of the answer', 'reset', 'HTTP/1.1 200 OK\r\nConte'],
      ['in the head of the answer', 'end', 'HTTP/1.1 200 OK\r\nConte'],
      ['in the middle of the answer', 'reset', ok.slice(0, -7)],
      ['one byte before its end', 'end', ok.slice(0, -1)],
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

    it('interim answers are all that daprd sees of an attempt that was cut', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(delivery);
      const app = await arrives(delivery);
      await app.write(`HTTP/1.1 100 Continue\r\n\r\n${ok.slice(0, -1)}`);
      await daprd.expects('HTTP/1.1 100 Continue\r\n\r\n');
      app.reset();
      await isHeld();
      relay.gate.release();
      await isAnswered(daprd, delivery);
    });

    it('a request that was cut before its end is kept as it comes, and sent as a whole', async () => {
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

    it('the status that counts is that of the last attempt', async () => {
      relay = await Relay.open();
      const daprd = await relay.daprd();
      await daprd.write(delivery);
      const app = await arrives(delivery);
      await app.write(ok.replace('200 OK', '500 No').slice(0, -1));
      app.end();
      await isHeld();
      relay.gate.release();
      await isAnswered(daprd, delivery);
      expect(relay.endings).to.deep.equal(['delivery app 200']);
    });

    for (const question of ['GET /dapr/subscribe', 'GET /dapr/config', 'OPTIONS /queue'])
      it(`${question}, which daprd asks once, is held when it is cut, and asked again`, async () => {
        relay = await Relay.open();
        const daprd = await relay.daprd();
        await daprd.write(`${question} HTTP/1.1\r\n\r\n`);
        (await arrives(`${question} HTTP/1.1\r\n\r\n`)).reset();
        await isHeld();
        relay.gate.release();
        await isAnswered(daprd, `${question} HTTP/1.1\r\n\r\n`);
      });

    it('a question of daprd that is cut each time ends with its connection: any status would be an answer', async () => {
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
      it(`a delivery that is cut more than ${replays} times is let fail, and that is said once`, async () => {
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

    /** So many deliveries, each on a connection of its own, cut together so often. */
    const cutTogether = async (count: number, crashes: number): Promise<readonly Wire[]> => {
      const daprds: Wire[] = [];
      for (let n = 0; n < count; n += 1) {
        const daprd = await relay.daprd();
        await daprd.write(delivery);
        daprds.push(daprd);
      }
      for (let crash = 1; crash <= crashes; crash += 1) {
        if (crash > 1) relay.gate.release();
        const apps: Wire[] = [];
        for (let n = 0; n < count; n += 1) apps.push(await arrives(delivery));
        for (const app of apps) app.reset();
        await isHeld(count);
      }
      return daprds;
    };

    it('of several that are cut together each time only the one that is cut alone is let fail', async () => {
      relay = await Relay.open({ replays: 2 });
      const daprds = await cutTogether(3, 2);
      relay.gate.release();
      (await arrives(delivery)).reset();
      await relay.until('one is let fail', () => relay.notes.length === 1);
      expect(relay.traffic.heldCount, 'nothing is sent to an app that may be gone').to.equal(2);
      relay.gate.release();
      for (let left = 2; left > 0; left -= 1) {
        const app = await arrives(delivery);
        expect(relay.traffic.heldCount, 'one at a time').to.equal(left - 1);
        await app.write(ok);
      }
      await relay.settles();
      expect(relay.endings).to.have.members(['delivery daps 502', 'delivery app 200', 'delivery app 200']);
      const failure = dapsResponses['give-up'].bytes.length;
      await relay.until(
        'daprd knows',
        () => daprds.filter(({ waitingBytes }) => waitingBytes === failure).length === 1,
      );
    });

    it('a last try has the app to itself: what comes meanwhile, or was cut less often, waits for its end', async () => {
      relay = await Relay.open({ replays: 2 });
      const [bystander] = await cutTogether(1, 1);
      relay.gate.release();
      const first = await arrives(delivery);
      const poison = await relay.daprd();
      await poison.write(delivery);
      const second = await arrives(delivery);
      first.reset();
      second.reset();
      await isHeld(2);
      relay.gate.release();
      const alone = await arrives(delivery);
      const late = await relay.daprd();
      await late.write(delivery);
      await isHeld(2);
      await relay.roundTrip();
      await alone.write(ok);
      await bystander?.expects(ok);
      for (const app of [await arrives(delivery), await arrives(delivery)]) await app.write(ok);
      for (const daprd of [poison, late]) await daprd.expects(ok);
      await relay.settles();
      const said = { what: 'last-try', kind: 'delivery', target: '/orders', attempts: 2 };
      expect([relay.notes, relay.lastTries]).to.deep.equal([[], [said]]);
    });

    it('a last try waits for what the app has in hand', async () => {
      relay = await Relay.open({ replays: 1 });
      const worker = await relay.daprd();
      await worker.write(delivery);
      const work = await arrives(delivery);
      const [cut] = await cutTogether(1, 1);
      relay.gate.release();
      await relay.roundTrip();
      expect(relay.traffic.heldCount).to.equal(1);
      await work.write(ok);
      await worker.expects(ok);
      await isAnswered(cut as Wire, delivery);
    });

    it('what hangs holds nobody up for ever: after a minute all go side by side', async () => {
      relay = await Relay.open({ replays: 1 });
      const daprds = await cutTogether(2, 1);
      relay.gate.release();
      const hung = await arrives(delivery);
      const late = await relay.daprd();
      await late.write(delivery);
      await isHeld(2);
      expect(relay.elapse()).to.equal(1);
      for (const app of [await arrives(delivery), await arrives(delivery)]) await app.write(ok);
      await late.expects(ok);
      await relay.until('one is still with the app', () => relay.endings.length === 2);
      await hung.write(ok);
      for (const daprd of daprds) await daprd.expects(ok);
      await relay.settles();
      expect(relay.elapse(), 'no timer is left').to.equal(0);
    });

    it('a crash counts once, also for what the dying app took a second time', async () => {
      relay = await Relay.open({ replays: 1 });
      const daprd = await relay.daprd();
      await daprd.write(delivery);
      const app = await arrives(delivery);
      await app.write(ok);
      await daprd.expects(ok);
      await daprd.write(delivery);
      await app.expects(delivery);
      app.reset();
      (await arrives(delivery)).reset();
      await isHeld();
      relay.gate.release();
      await isAnswered(daprd, delivery);
      expect(relay.notes).to.deep.equal([]);
    });

    it('a last try that daprd gives up makes way for the next', async () => {
      relay = await Relay.open({ replays: 1 });
      const [first, second] = await cutTogether(2, 1);
      relay.gate.release();
      const app = await arrives(delivery);
      expect(relay.traffic.heldCount).to.equal(1);
      first?.reset();
      await app.rest();
      await isAnswered(second as Wire, delivery);
    });

    for (const how of ['reset', 'end'] as const) {
      it(`a call that is cut by the app's ${how} before an answer is answered, because daprd may take a reset for a success`, async () => {
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

      it(`a call that is cut by the app's ${how} within its answer ends with its connection`, async () => {
        relay = await Relay.open();
        const daprd = await relay.daprd();
        await daprd.write(call);
        const app = await arrives(call);
        await app.write(ok.slice(0, -1));
        await daprd.expects(ok.slice(0, -1));
        app[how]();
        expect(await daprd.closed()).to.equal('reset');
        expect(daprd.takeAll().length).to.equal(0);
        await relay.settles();
        expect([relay.suspected, relay.notes]).to.deep.equal([['cut'], []]);
      });
    }

    const health = 'GET /healthz HTTP/1.1\r\n\r\n';
    for (const how of ['reset', 'end'] as const) {
      it(`health that a crash cuts by the app's ${how} is answered with 200: "unhealthy" would fail what is held`, async () => {
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

      it(`health that an app cuts which lives, by its ${how}, is asked again; the third time it fails`, async () => {
        relay = await Relay.open();
        const daprd = await relay.daprd();
        await daprd.write(health);
        for (let tries = 0; tries < 3; tries += 1) (await arrives(health))[how]();
        expect(await daprd.closed()).to.equal('reset');
        await relay.settles();
        expect([relay.suspected, relay.endings]).to.deep.equal([['cut'], ['health nobody']]);
      });
    }

    it('a delivery that daprd has given up is not sent again when the app hangs up in turn', async () => {
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
      it(`${bytes} bytes are sent again`, async () => {
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

    const stuck: readonly (readonly [string, string, string])[] = [
      [
        'a request of 7 MiB is too large to be kept',
        `POST /orders HTTP/1.1\r\nContent-Length: 7340032\r\n\r\n${'b'.repeat(7_340_032)}`,
        '',
      ],
      [
        'an answer of which daprd has a part cannot be asked for again',
        delivery,
        `HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n${'x'.repeat(200_000)}`,
      ],
    ];
    for (const [name, request, part] of stuck)
      it(`${name}: it is stuck until daprd goes, and that is said`, async () => {
        relay = await Relay.open();
        const daprd = await relay.daprd();
        void daprd.write(request);
        const app = await arrives(request);
        await app.write(part);
        await daprd.expects(part);
        if (part === '') expect(relay.budget.usedBytes).to.equal(0);
        else expectKept(request.length);
        app.reset();
        await isHeld();
        relay.gate.release();
        await relay.roundTrip();
        expectSilence(daprd, 2);
        expect([relay.gate.stuck(), relay.notes]).to.deep.equal([1, [stuckNote(1)]]);
        relay.gate.destroyAll();
        await relay.settles();
      });
  });

  describe('what is too large to be sent again and crashes the app each time', () => {
    const largeOf = (trace: string, body: string): string =>
      `POST /orders HTTP/1.1\r\ntraceparent: ${trace}\r\nContent-Length: 7340032\r\n\r\n${body.repeat(7_340_032)}`;

    /** daprd delivers it, the app hangs up within the answer or before, and it waits for daprd's end, or fails. */
    const crashes = async (request: string, isGivenUp: boolean): Promise<void> => {
      const before = relay.notes.length;
      const daprd = await relay.daprd();
      void daprd.write(request);
      (await arrives(request)).reset();
      await relay.until('a note', () => relay.notes.length > before);
      expect(relay.notes.at(-1)?.what).to.equal(isGivenUp ? 'give-up' : 'not-replayable');
      if (isGivenUp) expect((await daprd.rest()).equals(dapsResponses['give-up'].bytes)).to.equal(true);
      else expect([daprd.waitingBytes, daprd.hasEnded, relay.gate.stuck()]).to.deep.equal([0, false, 1]);
      relay.gate.destroyAll();
      await relay.settles();
    };

    it('is let fail after as many restarts of daprd as others are sent again', async () => {
      relay = await Relay.open({ replays: 2 });
      for (const trace of ['one', 'two']) await crashes(largeOf(trace, 'b'), false);
      await crashes(largeOf('other', 'c'), false);
      await crashes(largeOf('three', 'b'), true);
      await crashes(largeOf('four', 'b'), false);
    });

    it('is forgotten once the app has answered it', async () => {
      relay = await Relay.open({ replays: 1 });
      await crashes(largeOf('one', 'b'), false);
      const daprd = await relay.daprd();
      void daprd.write(largeOf('two', 'b'));
      await isAnswered(daprd, largeOf('two', 'b'));
      await crashes(largeOf('three', 'b'), false);
    });

    it('is let fail too where daprd has a part of its answer each time', async () => {
      relay = await Relay.open({ replays: 1 });
      const part = `HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n${'x'.repeat(200_000)}`;
      for (const what of ['not-replayable', 'give-up']) {
        const daprd = await relay.daprd();
        await daprd.write(delivery);
        const app = await arrives(delivery);
        await app.write(part);
        await daprd.expects(part);
        app.reset();
        await relay.until('a note', () => relay.notes.at(-1)?.what === what);
        if (what === 'give-up') expect(await daprd.closed()).to.equal('reset');
        relay.gate.destroyAll();
        await relay.settles();
      }
    });
  });

  describe('what is refused', () => {
    it('health that has not come whole is answered when it has', async () => {
      relay = await Relay.open({ isRefused: () => true });
      const daprd = await relay.daprd();
      await daprd.write('GET /healthz HTTP/1.1\r\nContent-Length: 3\r\n\r\na');
      await relay.until('it is refused', () => relay.suspected.length === 1);
      await daprd.write('bc');
      await daprd.expects(healthy);
      await relay.settles();
      expect(relay.endings).to.deep.equal(['health daps 200']);
    });

    it('a delivery is held, however often, and counts as no attempt', async () => {
      let isDown = true;
      relay = await Relay.open({ replays: 0, isRefused: () => isDown });
      const daprd = await relay.daprd();
      await daprd.write(delivery);
      for (let times = 1; times <= 5; times += 1) {
        await relay.until('it is refused', () => relay.suspected.length === times && relay.traffic.heldCount === 1);
        if (times < 5) relay.gate.release();
      }
      expect(relay.suspected).to.deep.equal(Array<string>(5).fill('refused'));
      expectSilence(daprd, 0);
      isDown = false;
      relay.gate.release();
      await isAnswered(daprd, delivery);
      expect(relay.traffic.replayedCount).to.equal(0);
    });

    it('health is answered with 200, a call with 503', async () => {
      relay = await Relay.open({ isRefused: () => true });
      const daprd = await relay.daprd();
      await daprd.write('GET /healthz HTTP/1.1\r\n\r\n');
      await daprd.expects(healthy);
      await daprd.write(call);
      expect((await daprd.rest()).equals(dapsResponses['app-down'].bytes)).to.equal(true);
      daprd.end();
      await daprd.closed();
      await relay.settles();
      expect(relay.suspected).to.deep.equal(['refused', 'refused']);
      expect(relay.endings).to.deep.equal(['health daps 200', 'invocation daps 503']);
    });
  });

  describe('whatever the app does', () => {
    const behaviours = ['answer', 'slow', 'reset', 'end', 'reset within', 'end within', 'refuse', 'refuse'] as const;
    type Behaviour = (typeof behaviours)[number];
    const answerOf = (copy: number): string =>
      `HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nanswer ${String(copy).padStart(2)}`;

    /** An app that does as planned with each copy of a delivery that it gets, and answers in the end. */
    const play = async (plan: readonly Behaviour[], replays: number, isWarm: boolean): Promise<void> => {
      let [next, cuts] = [0, 0];
      let [answered, isOver] = ['', false];
      let mostCuts = replays + 1;
      const isRefused = (): boolean => {
        const isNext = plan[next] === 'refuse';
        if (isNext) next += 1;
        return isNext;
      };
      relay = await Relay.open({ replays, isRefused });
      relay.onSuspected = () => setImmediate(() => relay.gate.release());
      const act = async (app: Wire): Promise<void> => {
        while (plan[next] === 'refuse') next += 1;
        const behaviour = plan[next] ?? 'answer';
        next += 1;
        const answer = answerOf(next);
        if (behaviour === 'answer' || behaviour === 'slow') {
          answered = answer;
          await app.writePieces(Buffer.from(answer), behaviour === 'slow' ? 5 : answer.length);
          return;
        }
        cuts += 1;
        // The end of a connection that was idle: sent again at once, even where nothing is to be replayed.
        const isSentAtOnce = isWarm && cuts === 1 && !behaviour.endsWith('within');
        const isCutAtOnce = !['answer', 'slow', 'refuse'].includes(plan[next] ?? 'answer');
        if (isSentAtOnce) mostCuts = isCutAtOnce ? mostCuts + 1 : Math.max(mostCuts, 2);
        if (behaviour.endsWith('within')) await app.write(answer.slice(0, 1 + ((next * 17) % (answer.length - 1))));
        if (behaviour.startsWith('reset')) app.reset();
        else app.end();
      };
      const serve = async (): Promise<void> => {
        for (;;) {
          const app = await relay.app.accept();
          if (isOver) return;
          await app.expects(delivery);
          await act(app);
        }
      };
      const daprd = await relay.daprd();
      await daprd.write(delivery);
      if (isWarm) {
        const app = await arrives(delivery);
        await app.write(ok);
        await daprd.expects(ok);
        await daprd.write(delivery);
        await app.expects(delivery);
        await act(app);
      }
      const served = serve();
      await daprd.until('an answer or an end', () => daprd.closing !== undefined || daprd.waitingBytes >= 47);
      const isGivenUp = cuts === mostCuts;
      const seen = (isGivenUp ? await daprd.rest() : daprd.takeAll()).toString();
      const expected = isGivenUp ? dapsResponses['give-up'].bytes.toString() : answered;
      expect([daprd.closing, seen, relay.notes.length]).to.deep.equal([undefined, expected, isGivenUp ? 1 : 0]);
      expect(cuts).to.be.at.most(mostCuts);
      daprd.destroy();
      isOver = true;
      (await connectWire(relay.app.port)).destroy();
      await served;
      await relay.settles();
    };

    it('daprd sees its answer, whole, or nothing at all until the replays are used up', async () => {
      const plans = fc.array(fc.constantFrom(...behaviours), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(plans, fc.integer({ min: 0, max: 4 }), fc.boolean(), async (plan, replays, isWarm) => {
          try {
            await play(plan, replays, isWarm);
          } finally {
            await relay.close();
          }
        }),
        { numRuns: runs, seed },
      );
      relay = await Relay.open();
    });
  });
});
