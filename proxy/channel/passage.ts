import type { Socket } from 'node:net';
import { OpenStreams } from '../http2/open-streams.ts';
import type { Open } from './connect.ts';
import type { Traffic } from './traffic.ts';

/** Passes one connection of daprd to an app that speaks HTTP/2, unread, and counts its open streams. */
export class Passage {
  readonly #daprd: Socket;

  constructor(daprd: Socket, open: Open, traffic: Traffic) {
    this.#daprd = daprd;
    const app = open();
    const streams = new OpenStreams({
      opened: () => traffic.streamOpened(),
      closed: (count) => traffic.streamsClosed(count),
    });
    daprd.on('data', (chunk: Buffer) => streams.daprdSays(chunk));
    app.on('data', (chunk: Buffer) => streams.appSays(chunk));
    daprd.on('close', () => streams.end());
    for (const [one, other] of [
      [daprd, app],
      [app, daprd],
    ] as const) {
      one.setNoDelay(true);
      one.pipe(other);
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => other.destroySoon());
    }
  }

  destroy(): void {
    this.#daprd.destroy();
  }
}
