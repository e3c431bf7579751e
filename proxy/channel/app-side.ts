import type { Connect } from './connect.ts';
import { recycle } from './memory/buffer-pool.ts';
import { type MemoryBudget, Share } from './memory/memory-budget.ts';
import { Upstream, type UpstreamEvents, type UpstreamLoss } from './upstream.ts';

/** How a connection to the app ended. `uses`: how many requests it had answered. */
export interface Loss extends UpstreamLoss {
  readonly uses: number;
}

export interface AppSideEvents extends Omit<UpstreamEvents, 'lost'> {
  readonly lost: (how: Loss) => void;
}

/** The app's side of one of daprd's connections. It opens a connection to the app when there is something to write. */
export class AppSide {
  readonly #connect: Connect;
  readonly #events: AppSideEvents;
  #up: Upstream | undefined;
  #readsLittle = false;
  /** Memory for what the app does not read, unless the request keeps it too. */
  readonly #share: Share;

  constructor(connect: Connect, budget: MemoryBudget, events: AppSideEvents) {
    this.#connect = connect;
    this.#events = events;
    this.#share = new Share(budget);
  }

  /** Writes bytes that the request keeps too. False if the app reads more slowly than daps writes. */
  write(chunk: Buffer): boolean {
    this.#up ??= this.#open();
    return this.#up.write(chunk);
  }

  /** Writes bytes that are kept nowhere else. False if the app reads more slowly than daps writes. */
  pass(chunk: Buffer): boolean {
    const isTaken = this.write(chunk);
    if (this.isFlushed) recycle(chunk);
    if (!isTaken) this.countQueue();
    return isTaken;
  }

  /** Counts what the app does not read, from when the request keeps it no longer. */
  countQueue(): void {
    this.#share.set(this.#up?.keptBytes ?? 0);
  }

  /** Whether there is a connection, and the kernel has everything that daps wrote to it. */
  get isFlushed(): boolean {
    return this.#up?.isFlushed === true;
  }

  /** Counts one more request that the app has answered on this connection. */
  answered(): void {
    if (this.#up !== undefined) this.#up.uses += 1;
  }

  /** Sets whether one read takes little. */
  readLittle(isSo: boolean): void {
    this.#readsLittle = isSo;
    this.#up?.readSize.set(isSo);
  }

  pause(): void {
    this.#up?.pause();
  }

  resume(): void {
    this.#up?.resume();
  }

  /** Ends daps' side of it: daps has no more to say. */
  end(): void {
    this.#up?.end();
  }

  /** Closes it without a further event; the next write opens another one. Returns how many requests it has answered. */
  discard(): number {
    const uses = this.#up?.uses ?? 0;
    this.#up?.discard();
    this.#up = undefined;
    this.#share.set(0);
    return uses;
  }

  #open(): Upstream {
    const { data, drain, ended, lost } = this.#events;
    const up: Upstream = new Upstream(this.#connect, {
      data,
      drain: () => {
        this.#share.set(0);
        drain();
      },
      ended,
      lost: (how) => {
        this.#up = undefined;
        this.#share.set(0);
        lost({ ...how, uses: up.uses });
      },
    });
    up.readSize.set(this.#readsLittle);
    return up;
  }
}
