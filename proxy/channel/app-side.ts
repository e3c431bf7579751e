import type { Connect } from './connect.ts';
import { recycle } from './memory/buffer-pool.ts';
import { type MemoryBudget, Share } from './memory/memory-budget.ts';
import { Upstream, type UpstreamEvents } from './upstream.ts';

/** How a connection to the app was lost. `uses`: how many requests it had answered. */
export interface Loss {
  readonly wasConnected: boolean;
  readonly hadError: boolean;
  readonly uses: number;
}

export interface AppSideEvents extends Omit<UpstreamEvents, 'lost'> {
  readonly lost: (how: Loss) => void;
}

/** The app's side of one of daprd's connections: a connection is opened when something is written and none is there. */
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

  /** A connection is there, and everything that was written to it is with the kernel. */
  get isFlushed(): boolean {
    return this.#up?.isFlushed === true;
  }

  /** The app has answered one more request on this connection. */
  answered(): void {
    if (this.#up !== undefined) this.#up.uses += 1;
  }

  /** Whether one read takes little. */
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

  /** We have no more to say. */
  end(): void {
    this.#up?.end();
  }

  /** Closes the connection without a further event; the next write opens another one. Answers how often it was used. */
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
