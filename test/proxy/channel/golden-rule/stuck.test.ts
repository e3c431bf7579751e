import { expect } from 'chai';
import { dapsResponses } from '../../../../proxy/channel/daps-responses.ts';
import { delivery, deliverySteps, stuckNote } from '../../../support/relay/delivery-steps.ts';
import { Relay } from '../../../support/relay/stage.ts';

describe('The golden rule: deliveries that cannot be sent again', () => {
  let relay: Relay;
  afterEach(() => relay.close());
  const { isHeld, arrives, isAnswered, expectSilence, expectKept } = deliverySteps(() => relay);

  const stuck: readonly (readonly [string, string, string])[] = [
    [
      'a request of 7 MiB is too large to keep',
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
    it(`${name}: it is stuck until daprd ends, and one note says so`, async () => {
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

  it('is given up after as many restarts of daprd as others have replays', async () => {
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

  it('is given up, too, if daprd has a part of its answer each time', async () => {
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
