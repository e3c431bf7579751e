import type { Socket } from 'node:net';
import { AppSide, type Loss } from './app-side.ts';
import type { ChannelContext } from './context.ts';
import { Downstream } from './downstream.ts';
import { recycle } from './memory/buffer-pool.ts';

export interface WireEvents {
  readonly fromDaprd: (chunk: Buffer) => void;
  /** daprd has no more to say. */
  readonly daprdEnded: () => void;
  /** daprd's connection is gone. */
  readonly closed: () => void;
  readonly fromApp: (chunk: Buffer) => void;
  /** The app has no more to say. */
  readonly appEnded: () => void;
  /** The app's connection is gone. */
  readonly lost: (how: Loss) => void;
}

/** daprd's socket and the one to the app. While one end does not read, daps does not read from the other. */
export class Wires {
  readonly down: Downstream;
  readonly up: AppSide;

  constructor(socket: Socket, { budget, connect }: Pick<ChannelContext, 'budget' | 'connect'>, events: WireEvents) {
    this.down = new Downstream(socket, budget, {
      data: events.fromDaprd,
      drain: () => this.up.resume(),
      ended: events.daprdEnded,
      closed: events.closed,
    });
    this.up = new AppSide(connect, budget, {
      data: events.fromApp,
      drain: () => this.down.resume(),
      ended: events.appEnded,
      lost: events.lost,
    });
    this.readLittle(budget.isTight);
  }

  /** Sets whether one read takes little, because memory is tight. */
  readLittle(isSo: boolean): void {
    this.down.readSize.set(isSo);
    this.up.readLittle(isSo);
  }

  toDaprd(chunk: Buffer): void {
    if (!this.down.write(chunk)) this.up.pause();
    if (this.down.isFlushed) recycle(chunk);
  }

  /** Writes bytes that a request keeps too, to be sent again. */
  toApp(chunk: Buffer): void {
    if (!this.up.write(chunk)) this.down.pause();
  }

  /** Writes bytes that are kept nowhere else. */
  passToApp(chunk: Buffer): void {
    if (!this.up.pass(chunk)) this.down.pause();
  }
}
