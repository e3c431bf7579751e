import { readdirSync } from 'node:fs';
import net from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { WireServer } from '../../support/relay/raw-connection.ts';
import { Relay } from '../../support/relay/stage.ts';
import { runsOf } from '../../support/sample.ts';
import { turns } from '../../support/turns.ts';

/** `DAPS_LEAK_REQUESTS=1000000 npx mocha --timeout 0 test/proxy/channel/leak.test.ts` looks longer. */
const requests = runsOf('DAPS_LEAK_REQUESTS', 200_000, 1_000_000);
const connections = 32;

const event = JSON.stringify({ specversion: '1.0', id: 'x', data: { text: 'y'.repeat(400) } });
const delivery = Buffer.from(`POST /orders HTTP/1.1\r\nContent-Length: ${event.length}\r\n\r\n${event}`);
/** Of the same length. */
const callHead = `POST /price HTTP/1.1\r\ndapr-caller-app-id: web\r\ndapr-callee-app-id: shop\r\nContent-Length: `;
const call = Buffer.from(`${callHead}${delivery.length - callHead.length - 7}\r\n\r\n`.padEnd(delivery.length, 'c'));
const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"status":"SUCCESS"}');

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Bytes in use after everything that can be collected was. */
const heapBytes = async (): Promise<number> => {
  for (let times = 0; times < 4; times += 1) {
    gc();
    await turns(1);
  }
  return process.memoryUsage().heapUsed;
};

/** Undefined where the system does not tell. */
const openFiles = (): number | undefined =>
  process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined;

/** What an app does with a request, in turn: mostly it answers. */
type Turn = 'answer' | 'reset' | 'reset within' | 'close after';
const turnOf = (served: number): Turn => {
  if (served % 211 === 0) return 'reset';
  if (served % 307 === 0) return 'reset within';
  return served % 401 === 0 ? 'close after' : 'answer';
};

/** All requests are alike, so that counting bytes tells one from the next. */
const unevenApp = (): net.Server => {
  let served = 0;
  return net.createServer({ allowHalfOpen: true }, (socket) => {
    let bytes = 0;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      for (; bytes >= delivery.length; bytes -= delivery.length) {
        served += 1;
        const turn = turnOf(served);
        if (turn === 'reset within') socket.write(answer.subarray(0, 50));
        if (turn.startsWith('reset')) {
          socket.resetAndDestroy();
          return;
        }
        socket.write(answer);
        if (turn === 'close after') socket.end();
      }
    });
  });
};

type Ending = 'answered' | 'given up' | 'cut';

/** One connection of daprd's after the other, each for as many requests as it lasts, until `next` has no more. */
const daprdLane = async (port: number, next: () => number | undefined): Promise<Record<Ending, number>> => {
  const seen = { answered: 0, 'given up': 0, cut: 0 };
  for (let number = next(); number !== undefined; ) {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.setNoDelay(true);
    let bytes = 0;
    const send = (): void => {
      if (number === undefined) socket.destroy();
      else if (number % 503 === 0) {
        // Half of it; or all of it, and its answer is for nobody.
        socket.write(number % 2 === 0 ? delivery.subarray(0, 200) : delivery);
        seen['given up'] += 1;
        number = next();
        if (seen['given up'] % 3 === 0) socket.resetAndDestroy();
        else socket.destroy();
      } else socket.write(number % 4 === 0 ? call : delivery);
    };
    socket.on('connect', send);
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes < answer.length) return;
      bytes -= answer.length;
      seen.answered += 1;
      number = next();
      send();
    });
    socket.on('error', () => {
      seen.cut += 1;
      number = next();
    });
    await new Promise((resolve) => socket.on('close', resolve));
  }
  return seen;
};

describe('many requests', function () {
  this.timeout(Math.max(600_000, 3 * requests));

  it(`${requests} over ${connections} connections, cut and given up in between, leave nothing behind`, async () => {
    // It serves itself: an event that never comes keeps its connections from being taken.
    const app = new WireServer(unevenApp(), 'secureConnection');
    const relay = await Relay.open({ app, replays: 50 });
    relay.onSuspected = () => setImmediate(() => relay.gate.release());
    const run = async (count: number): Promise<Record<Ending, number>> => {
      let sent = 0;
      const next = (): number | undefined => {
        sent += 1;
        return sent > count ? undefined : sent;
      };
      const lanes = await Promise.all(Array.from({ length: connections }, () => daprdLane(relay.port, next)));
      await relay.settles();
      await eventually('no connection is left', () => relay.gate.connections() === 0);
      for (const list of [relay.suspected, relay.endings, relay.inFlightSeen]) list.length = 0;
      const sum = (what: Ending): number => lanes.reduce((all, lane) => all + lane[what], 0);
      return { answered: sum('answered'), 'given up': sum('given up'), cut: sum('cut') };
    };
    await run(5000);
    const [heapBefore, filesBefore] = [await heapBytes(), openFiles()];
    const seen = await run(requests);
    expect(seen['given up']).to.equal(Math.floor(requests / 503));
    expect(seen.answered + seen.cut, 'every other one ended').to.equal(requests - seen['given up']);
    // Only calls that the app cut are seen to fail.
    expect(seen.cut).to.be.within(1, requests / 200);
    expect([relay.notes, relay.traffic.replayedCount > 0]).to.deep.equal([[], true]);
    expect((await heapBytes()) - heapBefore, 'heap').to.be.lessThan(10 * 2 ** 20);
    if (filesBefore !== undefined) expect(openFiles(), 'open files').to.be.at.most(filesBefore + 5);
    await relay.close();
  });

  it('1,024 connections at once are all served, and leave nothing behind', async () => {
    const app = new WireServer(net.createServer({ allowHalfOpen: true }));
    const relay = await Relay.open({ app });
    const filesBefore = openFiles();
    const all = await Promise.all(Array.from({ length: 1024 }, () => relay.daprd()));
    await Promise.all(all.map((daprd) => daprd.write(delivery)));
    // None is answered before all are there.
    const served = await Promise.all(all.map(() => app.accept()));
    await Promise.all(served.map((wire) => wire.expects(delivery)));
    expect([relay.traffic.workInFlight, relay.gate.connections()]).to.deep.equal([1024, 1024]);
    await Promise.all(served.map((wire) => wire.write(answer)));
    await Promise.all(all.map((daprd) => daprd.expects(answer)));
    for (const daprd of all) daprd.destroy();
    for (const wire of served) wire.end();
    await Promise.all([...all, ...served].map((wire) => wire.closed()));
    await relay.settles();
    await eventually('no connection is left', () => relay.gate.connections() === 0);
    if (filesBefore !== undefined) expect(openFiles(), 'open files').to.be.at.most(filesBefore + 5);
    await relay.close();
  });
});
