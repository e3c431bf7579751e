import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import type { Wire } from '../../support/relay/raw-connection.ts';
import { Relay } from '../../support/relay/stage.ts';

const mib = 2 ** 20;
const delivery = (bytes: number): string =>
  `POST /orders HTTP/1.1\r\nContent-Length: ${bytes}\r\n\r\n${'b'.repeat(bytes)}`;

/** What waits unread: neither more bytes nor an end of such a connection are seen by reading it. */
const scenes: readonly { readonly name: string; readonly count: number; readonly bytes: number }[] = [
  { name: 'one delivery of 24 MiB', count: 1, bytes: 24 * mib },
  { name: '40 deliveries of 900 KB, more than is kept in all', count: 40, bytes: 900_000 },
];
const ends = ['destroy', 'reset'] as const;

describe('deliveries that wait unread and that daprd gives up', function () {
  this.timeout(120_000);
  let relay: Relay;
  afterEach(() => relay.close());

  /** So many deliveries that wait, of which not all is read. */
  const held = async (count: number, bytes: number): Promise<readonly Wire[]> => {
    relay = await Relay.open();
    relay.admission = () => 'hold';
    const all: Wire[] = [];
    for (let n = 0; n < count; n += 1) all.push(await relay.daprd());
    for (const daprd of all) void daprd.write(delivery(bytes));
    await relay.until('all wait', () => relay.traffic.heldCount === count);
    for (let was = -1; was !== relay.budget.usedBytes; await relay.roundTrip()) was = relay.budget.usedBytes;
    return all;
  };

  for (const { name, count, bytes } of scenes)
    for (const how of ends)
      it(`${name}: after daprd's ${how} nothing reaches the app`, async () => {
        const all = await held(count, bytes);
        const others = relay.app.connections;
        for (const daprd of all) daprd[how]();
        for (const daprd of all) await daprd.closed();
        relay.admission = () => 'forward';
        // The kernel knows, also where a FIN waits behind bytes that nobody reads.
        relay.gate.release();
        await relay.settles();
        await relay.roundTrip();
        expect(relay.app.connections).to.equal(others + 1);
        expect(relay.endings.filter((ending) => ending === 'delivery nobody')).to.have.length(count);
      });

  it('daps ends them by itself, before anything else happens', async () => {
    const all = await held(40, 900_000);
    for (const daprd of all) daprd.destroy();
    await eventually('all have left', () => {
      relay.elapse();
      return relay.gate.connections() === 0;
    });
    await relay.settles();
    expect(relay.elapse(), 'nobody looks any more').to.equal(0);
  });

  it('those that daprd has not given up stay, and reach the app', async () => {
    const bytes = 3 * mib;
    const [given, kept] = await held(2, bytes);
    given?.destroy();
    await given?.closed();
    relay.admission = () => 'forward';
    relay.gate.release();
    await relay.until('one has left, one is with the app', () => relay.traffic.heldCount === 0);
    let app = await relay.app.accept();
    while (app.hasEnded) app = await relay.app.accept(); // those of the round trips
    await app.expects(delivery(bytes));
    await app.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await relay.settles();
    expect(kept?.closing).to.equal(undefined);
    expect(relay.endings.filter((ending) => ending.startsWith('delivery'))).to.have.members([
      'delivery nobody',
      'delivery app 200',
    ]);
  });

  it('daps ends one that the app has a part of and does not read, too, and the app sees it', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    void daprd.write(delivery(64 * mib));
    const app = await relay.app.accept();
    await app.receive(100);
    app.socket.pause();
    await eventually('nothing more is read', () => {
      const was = daprd.socket.bytesWritten - daprd.socket.writableLength;
      relay.elapse();
      return was === daprd.socket.bytesWritten - daprd.socket.writableLength;
    });
    daprd.destroy();
    await daprd.closed();
    await eventually('it has left', () => {
      relay.elapse();
      return relay.gate.connections() === 0;
    });
    await relay.settles();
    app.socket.resume();
    await app.rest();
    expect(relay.endings).to.deep.equal(['delivery nobody']);
    expect(relay.elapse() + relay.elapse(), 'nobody looks any more').to.be.at.most(1);
  });

  it('one that the app reads slowly, and daprd has not given up, arrives whole', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const request = delivery(24 * mib);
    void daprd.write(request);
    const app = await relay.app.accept();
    for (let times = 0; times < 20; times += 1) {
      app.socket.pause();
      relay.elapse();
      relay.elapse();
      app.socket.resume();
      await app.until('more', () => app.waitingBytes > (times * request.length) / 40);
    }
    await app.expects(request);
    await app.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await daprd.expects('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await relay.settles();
  });
});
