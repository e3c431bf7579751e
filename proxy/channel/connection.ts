import type { Socket } from 'node:net';
import { unreachable } from '../contract/unreachable.ts';
import type { RequestHead } from '../http1/head.ts';
import { RequestObserver, type Step } from '../http1/observers.ts';
import { isTimeoutNotice } from '../http1/timeout-notice.ts';
import { Answer } from './answer.ts';
import type { Loss } from './app-side.ts';
import type { ChannelContext } from './context.ts';
import type { DaprRequest } from './dapr-request.ts';
import type { Parts } from './endings.ts';
import { Share } from './memory/memory-budget.ts';
import { type Next, Serving } from './serving.ts';
import type { SoloRetry } from './solo-retry.ts';
import { noteUnclear } from './unclear-answer.ts';
import { Wires } from './wires.ts';

/**
 * What a connection is doing.
 *
 *            head              101, unclear length
 *   idle ──────────▶ serving ──────────────────────▶ tunnel
 *    ▲                │   │
 *    ╰────answered────╯   ╰──last answer, reset, daprd is gone──▶ closing
 */
type State =
  | { readonly at: 'idle' }
  /** One request is in flight, held, or answered by daps. What daprd sends behind it waits in a stash. */
  | { readonly at: 'serving'; readonly serving: Serving }
  /** Bytes pass unread, both ways, until both ends are closed. The request counts as in flight until daprd's end is. */
  | { readonly at: 'tunnel'; readonly serving: Serving }
  /** daprd gets nothing more. daps reads and discards what daprd still sends. */
  | { readonly at: 'closing' };

const idle: State = { at: 'idle' };
const closing: State = { at: 'closing' };

/**
 * One connection of daprd, and the one to the app that belongs to it. Bytes pass as they are: daps reads along only to
 * know where requests begin and end. A delivery is answered by the app or not at all.
 */
export class Connection {
  readonly #parts: Parts;
  readonly #wires: Wires;
  readonly #onUnread: () => void;
  readonly #requests = new RequestObserver();
  /** Memory for a head of which only a part has arrived. */
  readonly #headShare: Share;
  #state: State = idle;
  #isAdvancing = false;

  /** `onUnread`: called when daps stops to read a request, because the request is held or the app does not read. */
  constructor(socket: Socket, context: ChannelContext, soloRetry: SoloRetry<DaprRequest>, onUnread: () => void) {
    const wires = new Wires(socket, context, {
      fromDaprd: (chunk) => this.#fromDaprd(chunk),
      daprdEnded: () => this.#daprdEnded(),
      closed: () => this.#closed(),
      fromApp: (chunk) => this.#fromApp(chunk),
      appEnded: () => this.#appEnded(),
      lost: (how) => this.#lost(how),
    });
    const answer = new Answer(context.budget, (chunk) => wires.toDaprd(chunk));
    this.#parts = { context, soloRetry, wires, answer };
    this.#wires = wires;
    this.#onUnread = onUnread;
    this.#headShare = new Share(context.budget);
  }

  /** Sets whether one read takes little, because memory is tight. */
  readLittle(isSo: boolean): void {
    this.#wires.readLittle(isSo);
  }

  /** Whether it holds a request that can never be sent again. */
  get isStuck(): boolean {
    return this.#request?.isStuck === true;
  }

  /** Whether it holds a request and reads nothing, so that daprd may have given the request up unnoticed. */
  get isUnread(): boolean {
    return this.isWaiting && this.#wires.down.isPaused;
  }

  /** While the app does not read, and so daps does not either: a number that changes when daps reads on. */
  get stall(): number | undefined {
    return this.#state.at === 'serving' && this.#request?.place === 'app' ? this.#wires.down.pausedAfter : undefined;
  }

  /** Whether it holds a request. */
  get isWaiting(): boolean {
    return this.#request?.place === 'held' && !this.#wires.down.isDestroyed;
  }

  /** The port at daprd's end. */
  get daprdPort(): number {
    return this.#wires.down.port;
  }

  /** Forwards the request that it holds, if the request may go. */
  release(): void {
    if (this.isWaiting && this.#state.at === 'serving') this.#state.serving.release();
  }

  /** Closes it: only if daprd is gone. */
  destroy(): void {
    this.#wires.down.destroy();
  }

  get #request(): DaprRequest | undefined {
    return 'serving' in this.#state ? this.#state.serving.request : undefined;
  }

  #enter(next: State): void {
    this.#state = next;
  }

  #follow(next: Next, serving: Serving): void {
    switch (next) {
      case 'serving':
        this.#lookUnread();
        return;
      case 'idle':
        this.#enter(idle);
        this.#advance();
        return;
      case 'tunnel':
        this.#enter({ at: 'tunnel', serving });
        if (this.#wires.down.hasEnded) this.#daprdEnded();
        return;
      case 'closing':
        this.#enter(closing);
        return;
      default:
        unreachable(next);
    }
  }

  #fromDaprd(chunk: Buffer): void {
    const state = this.#state;
    switch (state.at) {
      case 'idle':
        this.#take(this.#requests.feed(chunk));
        return;
      case 'serving':
        if (!state.serving.request.requestComplete) this.#take(this.#requests.feed(chunk), state.serving);
        else {
          this.#wires.down.stash(chunk);
          this.#lookUnread();
        }
        return;
      case 'tunnel':
        this.#wires.passToApp(chunk);
        return;
      case 'closing':
        return;
      default:
        unreachable(state);
    }
  }

  #take(step: Step<RequestHead>, serving?: Serving): void {
    this.#headShare.set(this.#requests.keptBytes);
    if (step.kind === 'kept') return;
    const taker = serving ?? this.#begin(step.head);
    if (taker.request.place !== 'done') this.#follow(taker.take(step), taker);
  }

  #begin(head: RequestHead | undefined): Serving {
    const serving = new Serving(this.#parts, head);
    this.#enter({ at: 'serving', serving });
    this.#follow(serving.begin(head !== undefined), serving);
    return serving;
  }

  #lookUnread(): void {
    if (this.isUnread || this.stall !== undefined) this.#onUnread();
  }

  /** Goes on with the requests that have arrived meanwhile. */
  #advance(): void {
    if (this.#isAdvancing) return; // called by the loop below: pipelined requests must not pile up on the stack
    const { down, up } = this.#wires;
    this.#isAdvancing = true;
    while (this.#state.at === 'idle') {
      const stash = down.takeStash();
      if (stash === undefined) break;
      this.#fromDaprd(stash);
    }
    this.#isAdvancing = false;
    down.resume();
    if (down.isDestroyed) up.discard();
    else if (down.hasEnded) this.#daprdEnded();
  }

  /** daprd has no more to say; what it said before may still wait for its turn. */
  #daprdEnded(): void {
    const state = this.#state;
    const { down, up } = this.#wires;
    if (down.hasStash) return;
    switch (state.at) {
      case 'idle':
      case 'closing':
        down.end();
        return;
      case 'tunnel':
        up.end();
        return;
      case 'serving': {
        const { place, requestComplete } = state.serving.request;
        if (place === 'app' && requestComplete && !this.#outlivesDaprd) up.end();
        else down.destroy();
        return;
      }
      default:
        unreachable(state);
    }
  }

  /** Whether the app finishes the request without daprd, because the broker would not redeliver it. */
  get #outlivesDaprd(): boolean {
    const { outlivesDaprd } = this.#parts.context;
    return outlivesDaprd && this.#state.at === 'serving' && this.#state.serving.request.isWorkedOn;
  }

  #closed(): void {
    this.#requests.restart();
    this.#headShare.set(0);
    if (this.#outlivesDaprd) return;
    const state = this.#state;
    if ('serving' in state) state.serving.abandon();
    if (state.at !== 'tunnel') this.#enter(closing);
    // The app has ended a tunnel too, but may not have read everything yet.
    if (state.at === 'tunnel' && this.#wires.down.isComplete) this.#wires.up.end();
    else this.#wires.up.discard();
  }

  #fromApp(chunk: Buffer): void {
    const state = this.#state;
    switch (state.at) {
      case 'serving':
        this.#follow(state.serving.takeAnswer(chunk), state.serving);
        return;
      case 'tunnel':
        this.#wires.toDaprd(chunk);
        return;
      case 'idle':
      case 'closing':
        // The next request would take these bytes for its answer.
        if (!isTimeoutNotice(chunk)) noteUnclear(this.#parts.context, undefined);
        this.#dropIdle();
        return;
      default:
        unreachable(state);
    }
  }

  #appEnded(): void {
    const state = this.#state;
    switch (state.at) {
      case 'serving':
        this.#follow(state.serving.appEnded(), state.serving);
        return;
      case 'tunnel':
        this.#wires.down.end();
        return;
      case 'idle':
      case 'closing':
        this.#dropIdle();
        return;
      default:
        unreachable(state);
    }
  }

  #dropIdle(): void {
    this.#wires.up.discard();
    this.#lost({ wasConnected: true, errorCode: undefined, uses: 0 });
  }

  #lost(how: Loss): void {
    const state = this.#state;
    switch (state.at) {
      case 'serving':
        this.#follow(state.serving.lost(how), state.serving);
        return;
      case 'tunnel':
        if (how.errorCode !== undefined) this.#wires.down.reset();
        else this.#wires.down.endWith();
        return;
      case 'idle':
      case 'closing':
        this.#wires.down.resume();
        this.#parts.context.appSuspected('closed');
        return;
      default:
        unreachable(state);
    }
  }
}
