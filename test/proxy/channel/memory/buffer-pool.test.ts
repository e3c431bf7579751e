import net from 'node:net';
import { Duplex } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { connectTo } from '../../../../proxy/channel/connect.ts';
import { Connection } from '../../../../proxy/channel/connection.ts';
import { copyOf, recycle } from '../../../../proxy/channel/memory/buffer-pool.ts';
import { eventually } from '../../../support/eventually.ts';
import { noOthers, Relay } from '../../../support/relay/stage.ts';
import { turns } from '../../../support/turns.ts';

const source = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 251));

describe('copyOf()', () => {
  it('copies any number of bytes into at most twice the memory', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: source.length }), (bytes) => {
        const from = Buffer.from(source);
        const chunk = copyOf(from, bytes);
        from.fill(0);
        expect(chunk.equals(source.subarray(0, bytes))).to.equal(true);
        expect(bytes < 128 || chunk.buffer.byteLength <= 2 * bytes || chunk.buffer.byteLength === 256).to.equal(true);
      }),
    );
  });

  it('uses memory again once it is recycled, and only then', () => {
    const [first, second] = [copyOf(source, 40_000), copyOf(source, 40_000)];
    expect(first.buffer === second.buffer).to.equal(false);
    recycle(first);
    expect(copyOf(source, 50_000).buffer === first.buffer).to.equal(true);
  });
});

describe('recycle()', () => {
  /** Whether the next chunk of that size would be written over this one. */
  const isFree = (chunk: Buffer): boolean => copyOf(source, chunk.buffer.byteLength).buffer === chunk.buffer;

  it('ignores a part of a chunk, whose other part may be in use', () => {
    const chunk = copyOf(source, 3000);
    recycle(chunk.subarray(0, 2999));
    recycle(chunk.subarray(1));
    recycle(chunk.subarray(0, 0));
    expect(isFree(chunk)).to.equal(false);
  });

  it('recycles a chunk once', () => {
    const chunk = copyOf(source, 3000);
    recycle(chunk);
    recycle(chunk);
    expect([isFree(chunk), isFree(chunk)]).to.deep.equal([true, false]);
  });

  it("ignores memory that is not the pool's", () => {
    for (const bytes of [5, 256, 65_536]) {
      const other = Buffer.alloc(bytes);
      recycle(other);
      expect(isFree(other)).to.equal(false);
    }
  });
});

/** A connection that takes what is written to it and never finishes to, as one whose reader has stopped. */
class StuckSocket extends Duplex {
  readonly taken: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer): void {
    this.taken.push(chunk);
  }

  setNoDelay(): this {
    return this;
  }
}

describe('memory that is used again', () => {
  /** Echoes each request's body, in pieces and at its leisure; reads slowly, so that writes to it wait. */
  const echo = (socket: net.Socket): void => {
    let pending = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (Math.random() < 0.1) {
        socket.pause();
        void turns(20).then(() => socket.resume());
      }
      pending = Buffer.concat([pending, chunk]);
      const end = pending.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(pending.toString('latin1', 0, end))?.[1]);
      if (end < 4 || pending.length < end + length) return;
      const body = pending.subarray(end, end + length);
      pending = pending.subarray(end + length);
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`);
      socket.write(body.subarray(0, length / 2));
      setImmediate(() => socket.write(body.subarray(length / 2)));
    });
  };

  it('never mixes the bytes of requests and answers that are on their way at once', async () => {
    const app = net.createServer({ allowHalfOpen: true }, echo);
    await new Promise<void>((resolve) => {
      app.listen(0, '127.0.0.1', resolve);
    });
    const { port } = app.address() as net.AddressInfo;
    const relay = await Relay.open({ connect: () => net.connect({ host: '127.0.0.1', port, allowHalfOpen: true }) });
    const plain = await Relay.open({
      connect: await connectTo({ host: '127.0.0.1', port, isTls: false, protocol: 'http' }),
    });
    const lane = async (through: Relay, number: number): Promise<void> => {
      const daprd = await through.daprd();
      for (let round = 0; round < 40; round += 1) {
        const length = 2 * Math.floor(20_000 * Math.random() ** 3 * (round % 7 === 0 ? 10 : 1));
        const body = Buffer.alloc(length, `${number}.${round} `);
        const head = number % 2 === 0 ? 'POST /orders' : 'GET /price';
        await daprd.write(`${head} HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n`);
        void daprd.write(body);
        await daprd.expects(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`), body]));
      }
    };
    try {
      await Promise.all(Array.from({ length: 24 }, (_, number) => lane(number % 3 === 0 ? relay : plain, number)));
    } finally {
      await Promise.all([relay.close(), plain.close()]);
      app.close();
    }
  });

  const bodyOf = (letter: string): string => letter.repeat(3000);
  const requestOf = (method: string, letter: string): string =>
    `${method} /orders HTTP/1.1\r\nContent-Length: 3000\r\n\r\n${bodyOf(letter)}`;
  const answerOf = (letter: string): string => `HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n${bodyOf(letter)}`;

  for (const method of ['POST', 'PATCH'])
    it(`waits for an app that has not taken all of a ${method} yet`, async () => {
      const apps: StuckSocket[] = [];
      const connect = (): net.Socket => {
        const app = new StuckSocket();
        apps.push(app);
        return app as unknown as net.Socket;
      };
      const relay = await Relay.open({ connect });
      try {
        for (const letter of 'abc') {
          const daprd = await relay.daprd();
          await daprd.write(requestOf(method, letter));
          await eventually('it is with the app', () => relay.traffic.allInFlight > 0);
          apps.at(-1)?.push(Buffer.from(answerOf(letter)));
          await daprd.expects(answerOf(letter));
        }
        expect(apps.map(({ taken }) => Buffer.concat(taken).toString())).to.deep.equal(
          ['a', 'b', 'c'].map((letter) => requestOf(method, letter)),
        );
      } finally {
        await relay.close();
      }
    });

  it('waits for daprd if it has not read all of an answer yet', async () => {
    const relay = await Relay.open();
    try {
      const written: Buffer[] = [];
      for (const letter of 'abc') {
        const socket = new StuckSocket();
        new Connection(socket as unknown as net.Socket, relay.context, noOthers(), () => {});
        socket.push(Buffer.from(requestOf('POST', letter)));
        const app = await relay.app.accept();
        await app.expects(requestOf('POST', letter));
        await app.write(answerOf(letter));
        await relay.settles();
        written.push(...socket.taken);
      }
      expect(Buffer.concat(written).toString()).to.equal([...'abc'].map(answerOf).join(''));
    } finally {
      await relay.close();
    }
  });
});
