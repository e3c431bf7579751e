import { expect } from 'chai';
import { show, type Wire } from '../../support/relay/raw-connection.ts';
import { Relay } from '../../support/relay/stage.ts';
import { type Certificate, makeCertificate, openTlsRelay } from '../../support/relay/tls.ts';
import { turns } from '../../support/turns.ts';

const mib = 2 ** 20;
type Framing = 'a length' | 'chunks';
const fieldOf = (framing: Framing, count: number): string =>
  framing === 'chunks' ? 'Transfer-Encoding: chunked' : `Content-Length: ${count * mib}`;

const pattern = Buffer.from(Array.from({ length: mib }, (_, index) => (index * 7 + (index >> 8)) % 256));

/** What a body is made of: MiBs with their numbers in front, and frames around them. */
class Pieces {
  readonly #bytes: Buffer;
  readonly #numberAt: number;

  constructor(framing: Framing) {
    const size = Buffer.from(`${mib.toString(16)}\r\n`);
    this.#bytes = framing === 'chunks' ? Buffer.concat([size, pattern, Buffer.from('\r\n')]) : Buffer.from(pattern);
    this.#numberAt = framing === 'chunks' ? size.length : 0;
  }

  /** The same bytes each time, but for the number. */
  get(number: number): Buffer {
    this.#bytes.writeUInt32BE(number, this.#numberAt);
    return this.#bytes;
  }
}
const end = { 'a length': '', chunks: '0\r\n\r\n' } as const;

/** One end writes a body and waits for the other like any program. */
class Pouring {
  poured = 0;

  async pour(wire: Wire, head: string, framing: Framing, count: number): Promise<void> {
    const pieces = new Pieces(framing);
    await wire.write(head);
    for (; this.poured < count; this.poured += 1) await wire.write(pieces.get(this.poured));
    await wire.write(end[framing]);
  }
}

/** Reads a body to its end; now and then it pauses. Tells how much the relay kept at most. */
const sip = async (relay: Relay, wire: Wire, framing: Framing, count: number): Promise<number> => {
  const pieces = new Pieces(framing);
  let most = 0;
  for (let number = 0; number < count; number += 1) {
    if (number % 8 === 0) {
      wire.socket.pause();
      await turns(50);
      wire.socket.resume();
    }
    const piece = pieces.get(number);
    const part = await wire.receive(piece.length);
    if (!part.equals(piece)) throw new Error(`other bytes in MiB ${number}: ${show(part)}`);
    most = Math.max(most, relay.budget.usedBytes);
  }
  await wire.expects(end[framing]);
  return most;
};

interface Size {
  readonly count: number;
  readonly framing: Framing;
  readonly isTls: boolean;
}

describe('large bodies', function () {
  this.timeout(600_000);
  let relay: Relay | undefined;
  let certificate: Certificate;
  before(function () {
    certificate = makeCertificate(this);
  });
  afterEach(() => relay?.close());

  /** Waits until the one who writes does, because nobody reads; how many MiB are on their way by then. */
  const stalled = async (opened: Relay, pouring: Pouring): Promise<number> => {
    for (let was = -1; was < pouring.poured; ) {
      was = pouring.poured;
      for (let times = 0; times < 10; times += 1) await opened.roundTrip();
    }
    return pouring.poured;
  };

  for (const { count, framing, isTls } of [
    { count: 64, framing: 'a length', isTls: false },
    { count: 64, framing: 'a length', isTls: true },
    { count: 64, framing: 'chunks', isTls: true },
    { count: 1024, framing: 'chunks', isTls: false },
  ] satisfies readonly Size[])
    it(`${count} MiB with ${framing}${isTls ? ', TLS to the app,' : ''} pass each way to a slow reader, and memory stays bounded`, async () => {
      const opened = isTls ? await openTlsRelay(certificate) : await Relay.open();
      relay = opened;
      const daprd = await opened.daprd();
      const rss = process.memoryUsage.rss();
      let peak = rss;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage.rss());
      }, 10);

      const request = `POST /orders HTTP/1.1\r\n${fieldOf(framing, count)}\r\n\r\n`;
      const up = new Pouring();
      const sent = up.pour(daprd, request, framing, count);
      const app = await opened.app.accept();
      await app.expects(request);
      app.socket.pause();
      expect(await stalled(opened, up), 'MiB, nobody reads').to.be.lessThan(32);
      const kept = await sip(opened, app, framing, count);
      await sent;

      const answer = `HTTP/1.1 200 OK\r\n${fieldOf(framing, count)}\r\n\r\n`;
      const down = new Pouring();
      const answered = down.pour(app, answer, framing, count);
      await daprd.expects(answer);
      daprd.socket.pause();
      expect(await stalled(opened, down), 'MiB, nobody reads').to.be.lessThan(32);
      await sip(opened, daprd, framing, count);
      await answered;

      clearInterval(watch);
      await opened.settles();
      expect(kept).to.be.at.most(7 * mib);
      expect((peak - rss) / mib, 'MiB more than before').to.be.lessThan(100);
      expect(opened.endings.filter((ending) => ending === 'delivery app 200')).to.have.length(1);
    });
});
