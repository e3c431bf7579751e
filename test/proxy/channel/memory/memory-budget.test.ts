import { expect } from 'chai';
import { MemoryBudget, Share } from '../../../../proxy/channel/memory/memory-budget.ts';
import { eventually } from '../../../support/eventually.ts';
import { Relay } from '../../../support/relay/stage.ts';

const delivery = 'POST /orders HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody';
const kb = 1024;

describe('MemoryBudget', () => {
  it('is spent above its limit, and tight above half of it until less than a quarter is used', () => {
    const budget = new MemoryBudget(100);
    const seen: string[] = [];
    budget.onTight = (isTight) => seen.push(isTight ? 'tight' : 'wide');
    const share = new Share(budget);
    for (const bytes of [50, 51, 100, 101, 30, 26, 25, 50, 60]) {
      share.set(bytes);
      seen.push(`${budget.usedBytes}${budget.isSpent ? ' spent' : ''}`);
    }
    expect(seen).to.deep.equal([
      '50',
      'tight',
      '51',
      '100',
      '101 spent',
      '30',
      '26',
      'wide',
      '25',
      '50',
      'tight',
      '60',
    ]);
  });

  it('counts what each owner keeps, and no owner twice', () => {
    const budget = new MemoryBudget();
    const shares = [new Share(budget), new Share(budget)];
    for (const share of shares) {
      share.set(10);
      share.set(10);
      share.set(7);
    }
    expect(budget.usedBytes).to.equal(14);
    shares[0]?.set(0);
    expect(budget.usedBytes).to.equal(7);
  });
});

describe('what a connection keeps counts in one budget', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  const keeps = (bytes: number): Promise<void> =>
    eventually(`${bytes} bytes are kept`, () => relay.budget.usedBytes >= bytes);

  it('an incomplete head, until daprd goes', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(`POST /orders HTTP/1.1\r\nX: ${'y'.repeat(60 * kb)}`);
    await keeps(60 * kb);
    daprd.destroy();
    await eventually('nothing is kept', () => relay.isEmpty);
  });

  it('the head of an answer, and an answer to a delivery, until they are complete', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    await daprd.write(delivery);
    const app = await relay.app.accept();
    await app.expects(delivery);
    const head = `HTTP/1.1 200 OK\r\nContent-Length: 51200\r\nX: ${'y'.repeat(10 * kb)}`;
    await app.write(head);
    await keeps(10 * kb);
    const [half, rest] = ['a'.repeat(40 * kb), 'b'.repeat(10 * kb)];
    await app.write(`\r\n\r\n${half}`);
    await keeps(50 * kb);
    await app.write(rest);
    await daprd.expects(`${head}\r\n\r\n${half}${rest}`);
    await relay.settles();
  });

  it('an incomplete head of an answer, until the app closes its connection', async () => {
    relay = await Relay.open({ replays: 0 });
    const daprd = await relay.daprd();
    await daprd.write(delivery);
    const app = await relay.app.accept();
    await app.expects(delivery);
    await app.write('HTTP/1.1 200 O');
    app.end();
    await daprd.rest();
    await relay.settles();
  });

  it('a request that waits for its turn', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const next = `POST /next HTTP/1.1\r\nContent-Length: ${30 * kb}\r\n\r\n${'n'.repeat(30 * kb)}`;
    await daprd.write(`GET / HTTP/1.1\r\n\r\n${next}`);
    const app = await relay.app.accept();
    await app.expects('GET / HTTP/1.1\r\n\r\n');
    await keeps(30 * kb);
    for (const request of ['', next]) {
      if (request !== '') await app.expects(request);
      await app.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      await daprd.expects('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    }
    await relay.settles();
  });

  it('an answer that daprd does not read', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    daprd.socket.pause();
    await daprd.write('GET / HTTP/1.1\r\n\r\n');
    const app = await relay.app.accept();
    await app.expects('GET / HTTP/1.1\r\n\r\n');
    const bytes = 64 * 1024 * kb;
    const answer = Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`),
      Buffer.alloc(bytes, 'a'),
    ]);
    const sent = app.write(answer);
    await keeps(kb);
    daprd.socket.resume();
    await daprd.expects(answer);
    await sent;
    await relay.settles();
  });

  it('a call whose body the app does not read', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    const bytes = 64 * 1024 * kb;
    const head = `POST /price HTTP/1.1\r\ndapr-caller-app-id: a\r\ndapr-callee-app-id: b\r\nContent-Length: ${bytes}\r\n\r\n`;
    await daprd.write(head);
    const app = await relay.app.accept();
    await app.expects(head);
    app.socket.pause();
    const body = Buffer.alloc(bytes, 'b');
    const sent = daprd.write(body);
    await keeps(kb);
    app.socket.resume();
    await app.expects(body);
    await sent;
    await app.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await daprd.expects('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await relay.settles();
  });
});
