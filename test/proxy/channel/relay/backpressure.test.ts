import { once } from 'node:events';
import type net from 'node:net';
import { Duplex } from 'node:stream';
import { expect } from 'chai';
import { Connection } from '../../../../proxy/channel/connection.ts';
import { get, ok } from '../../../support/relay/messages.ts';
import { noOthers, Relay } from '../../../support/relay/stage.ts';
import { turns } from '../../../support/turns.ts';

/** daprd's side of a connection, which accepts a write only when the test calls `letGo`. */
class SlowSocket extends Duplex {
  written = Buffer.alloc(0);
  letGo: () => void = () => {};

  setNoDelay(): void {}

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written = Buffer.concat([this.written, chunk]);
    this.letGo = done;
  }
}

describe('the relay and a daprd that reads slowly', () => {
  let relay: Relay;
  afterEach(() => relay.close());

  it('a long answer arrives whole', async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    daprd.socket.pause();
    await daprd.write(get);
    const app = await relay.app.accept();
    await app.expects(get);
    const answer = Buffer.alloc(600_000, 'a');
    answer.write(`HTTP/1.1 200 OK\r\nContent-Length: ${600_000 - 46}\r\n\r\n`.padStart(44, ' '));
    const head = `HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n`;
    const body = Buffer.alloc(8_000_000, 'b');
    const sent = app.write(Buffer.concat([Buffer.from(head), body]));
    daprd.end();
    daprd.socket.resume();
    await daprd.expects(Buffer.concat([Buffer.from(head), body]));
    await sent;
    app.end();
    expect(await daprd.closed()).to.equal('ended');
    await relay.settles();
  });

  it("daprd's end does not cut an answer that daps has whole and daprd has not read", async () => {
    relay = await Relay.open();
    const daprd = await relay.daprd();
    daprd.socket.pause();
    await daprd.write(get);
    const app = await relay.app.accept();
    await app.expects(get);
    // More than the kernel takes for a reader that does not read, less than makes the app wait for it.
    let size = 16 * 1024;
    const whole: Buffer[] = [];
    const head = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    whole.push(head);
    void app.write(head);
    for (; app.socket.writableLength < 1024 * 1024 && size < 1 << 30; size += 1) {
      const piece = Buffer.from(`4000\r\n${'c'.repeat(0x4000)}\r\n`);
      whole.push(piece);
      void app.write(piece);
      await turns(1);
    }
    const last = Buffer.from('0\r\n\r\n');
    whole.push(last);
    void app.write(last);
    daprd.end();
    daprd.socket.resume();
    await daprd.expects(Buffer.concat(whole));
    app.end();
    expect(await daprd.closed()).to.equal('ended');
    await relay.settles();
  });

  it("daprd's end does not cut an answer that is still in memory", async () => {
    relay = await Relay.open();
    const socket = new SlowSocket();
    new Connection(socket as unknown as net.Socket, relay.context, noOthers(), () => {});
    socket.push(get);
    const app = await relay.app.accept();
    await app.expects(get);
    await app.write(ok);
    await relay.settles();
    socket.push(null);
    await relay.roundTrip();
    expect([socket.destroyed, socket.written.equals(ok)]).to.deep.equal([false, true]);
    socket.letGo();
    await once(socket, 'close');
  });
});
