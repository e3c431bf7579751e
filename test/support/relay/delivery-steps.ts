import { expect } from 'chai';
import type { Wire } from './raw-connection.ts';
import type { Relay } from './stage.ts';

/** A delivery as daprd makes it. */
export const delivery =
  'POST /orders HTTP/1.1\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 12\r\n\r\n{"id":"one"}';
export const callHead =
  'POST /price HTTP/1.1\r\ndapr-caller-app-id: web\r\ndapr-callee-app-id: shop\r\nContent-Length: 4\r\n\r\n';
/** Another app's call. */
export const call = `${callHead}body`;
/** The app's answer to a delivery. */
export const success = 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"status":"SUCCESS"}';
/** The answer of daps to a health check. */
export const healthy = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

export const stuckNote = (attempts: number) => ({
  what: 'not-replayable',
  kind: 'delivery',
  target: '/orders',
  attempts,
});

/** Steps that most tests of deliveries have in common. `relay`: the one of the test that runs. */
export const deliverySteps = (relay: () => Relay) => {
  const isHeld = (count = 1): Promise<void> =>
    relay().until(`${count} held`, () => relay().traffic.heldCount === count);

  /** The app gets exactly this, on a new connection. */
  const arrives = async (request: string | Buffer): Promise<Wire> => {
    const app = await relay().app.accept();
    await app.expects(request);
    return app;
  };

  /** Admits everything, and forwards what is held. */
  const release = (): void => {
    relay().admission = () => 'forward';
    relay().gate.release();
  };

  /** The app gets the request and answers it, and nothing is left. */
  const isAnswered = async (daprd: Wire, request: string | Buffer): Promise<void> => {
    const app = await arrives(request);
    await app.write(success);
    await daprd.expects(success);
    await relay().settles();
  };

  /** daprd has got neither a byte nor an end; the app has got so many connections. */
  const expectSilence = (daprd: Wire, appConnections: number): void => {
    const seen = [daprd.waitingBytes, daprd.hasEnded, relay().app.connections];
    expect(seen).to.deep.equal([0, false, appConnections]);
  };

  /** So many bytes are kept, in memory that is up to twice as large, with what Node keeps of each chunk. */
  const expectKept = (bytes: number): void => {
    expect(relay().budget.usedBytes).to.be.within(bytes, 2 * bytes + 1024);
  };

  /** So many deliveries, each on a connection of its own, cut together so often. */
  const cutTogether = async (count: number, crashes: number): Promise<readonly Wire[]> => {
    const daprds: Wire[] = [];
    for (let n = 0; n < count; n += 1) {
      const daprd = await relay().daprd();
      await daprd.write(delivery);
      daprds.push(daprd);
    }
    for (let crash = 1; crash <= crashes; crash += 1) {
      if (crash > 1) relay().gate.release();
      const apps: Wire[] = [];
      for (let n = 0; n < count; n += 1) apps.push(await arrives(delivery));
      for (const app of apps) app.reset();
      await isHeld(count);
    }
    return daprds;
  };

  return { isHeld, arrives, release, isAnswered, expectSilence, expectKept, cutTogether };
};
