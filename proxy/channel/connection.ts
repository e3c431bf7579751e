import type { Socket } from 'node:net';
import { unreachable } from '../contract/unreachable.ts';
import type { RequestHead } from '../http1/head.ts';
import { RequestObserver, type Step } from '../http1/observers.ts';
import { isTimeoutNotice } from '../http1/timeout-notice.ts';
import type { Admission } from '../policy/admission.ts';
import { afterCut } from '../policy/after-cut.ts';
import { isHoldable } from '../policy/classify.ts';
import { Answer } from './answer.ts';
import { AppSide, type Loss } from './app-side.ts';
import type { ChannelContext } from './context.ts';
import { DaprRequest } from './dapr-request.ts';
import { type DapsResponse, dapsResponses, healthyAnswer } from './daps-responses.ts';
import { Downstream } from './downstream.ts';
import { recycle } from './memory/buffer-pool.ts';
import { Share } from './memory/memory-budget.ts';
import type { SoloRetry } from './solo-retry.ts';
import type { Ending } from './traffic.ts';

/**
 * One connection of daprd's and the one to the app that belongs to it. Bytes pass as they are; the framing is read
 * along to know where requests begin and end. A delivery is answered by the app or not at all.
 */
export class Connection {
  readonly #context: ChannelContext;
  readonly #lastTries: SoloRetry<DaprRequest>;
  readonly #onUnread: () => void;
  readonly #down: Downstream;
  readonly #requests = new RequestObserver();
  readonly #answer: Answer;
  readonly #kept: Share;
  readonly #up: AppSide;
  #exchange: DaprRequest | undefined;
  /** Bytes pass unread, both ways, until the connection ends. */
  #isTunnel = false;
  #isAdvancing = false;

  /** `onUnread` is called when nothing more of a request is read, because it waits or the app does not read. */
  constructor(socket: Socket, context: ChannelContext, lastTries: SoloRetry<DaprRequest>, onUnread: () => void) {
    this.#context = context;
    this.#lastTries = lastTries;
    this.#onUnread = onUnread;
    this.#answer = new Answer(context.budget, (chunk) => this.#writeDown(chunk));
    this.#kept = new Share(context.budget);
    this.#down = new Downstream(socket, {
      data: (chunk) => this.#counted(() => this.#fromDaprd(chunk)),
      drain: () => this.#counted(() => this.#up.resume()),
      ended: () => this.#counted(() => this.#daprdEnded()),
      closed: () => this.#counted(() => this.#closed()),
    });
    this.#up = new AppSide(context.connect, {
      data: (bytes) => this.#counted(() => this.#fromApp(bytes)),
      drain: () => this.#counted(() => this.#down.resume()),
      ended: () => this.#counted(() => this.#appEnded()),
      lost: (how) => this.#counted(() => this.#lost(how)),
    });
    this.readLittle(context.budget.isTight);
  }

  /** Does something, and then counts what this connection keeps besides a request that may be sent again. */
  #counted(act: () => void): void {
    act();
    const { chunks } = this.#exchange?.retained ?? {};
    const queued = chunks === undefined ? this.#up.keptBytes : 0;
    this.#kept.set(this.#requests.keptBytes + this.#answer.keptBytes + this.#down.keptBytes + queued);
  }

  /** Whether one read takes little, because memory is tight. */
  readLittle(isSo: boolean): void {
    this.#down.readSize.set(isSo);
    this.#up.readLittle(isSo);
  }

  /** Whether a request waits here that can never be sent again. */
  get isStuck(): boolean {
    return this.#exchange?.isStuck === true;
  }

  /** Whether a request waits here and nothing is read, so that daprd may have given it up unnoticed. */
  get isUnread(): boolean {
    return this.isWaiting && this.#down.isPaused;
  }

  /** Where the app does not read on, and so nothing is read here: a number that changes when it does. */
  get stall(): number | undefined {
    return this.#exchange?.place === 'app' && !this.#isTunnel ? this.#down.pausedAfter : undefined;
  }

  get isWaiting(): boolean {
    return this.#exchange?.place === 'held' && !this.#down.isDestroyed;
  }

  /** The port at daprd's end. */
  get daprdPort(): number {
    return this.#down.port;
  }

  /** Sends what is held to the app, where it may be. */
  release(): void {
    const exchange = this.#exchange;
    if (exchange === undefined || !this.isWaiting || exchange.isStuck) return;
    if (this.#context.admit(exchange) !== 'forward' || !this.#lastTries.admits(exchange)) return;
    if (exchange.attempts > 0) this.#context.traffic.replayed();
    this.#counted(() => this.#toApp(exchange));
    this.#down.resume();
  }

  /** Ends the connection: only where daprd is gone. */
  destroy(): void {
    this.#down.destroy();
  }

  // Requests

  #fromDaprd(chunk: Buffer): void {
    if (this.#isTunnel) this.#passUp(chunk);
    else if (this.#exchange?.requestComplete === true) this.#down.stash(chunk);
    else this.#take(this.#requests.feed(chunk));
    if (this.isUnread || this.stall !== undefined) this.#onUnread();
  }

  #take(step: Step<RequestHead>): void {
    if (step.kind === 'kept') return;
    const exchange = this.#exchange ?? this.#begin(step.head);
    if (this.#exchange !== exchange) return;
    if (step.kind === 'ambiguous') {
      this.#place(exchange, step.bytes);
      this.#goBlind(exchange);
      return;
    }
    exchange.requestComplete = step.isLast;
    if (step.rest !== undefined) this.#down.stash(step.rest);
    this.#place(exchange, step.bytes);
  }

  /** An exchange for a request that begins; one without a head counts as a call until the connection ends. */
  #begin(head: RequestHead | undefined): DaprRequest {
    const { budget, incoming, traffic } = this.#context;
    const { method = '', target = '' } = head ?? {};
    const { kind, listener } = incoming(head);
    const exchange = new DaprRequest({ kind, listener, method, target }, budget, traffic);
    this.#exchange = exchange;
    const admission = head === undefined ? 'forward' : this.#admit(exchange);
    if (admission === 'forward') this.#toApp(exchange);
    if (admission === 'hold') exchange.moveTo('held');
    if (admission === 'refuse') this.#endWith(exchange, 'app-down');
    return exchange;
  }

  #admit(exchange: DaprRequest): Admission {
    const admission = this.#context.admit(exchange);
    return admission === 'forward' && isHoldable(exchange.kind) && this.#lastTries.isClosed ? 'hold' : admission;
  }

  #place(exchange: DaprRequest, bytes: Buffer): void {
    const { retained, place, requestComplete } = exchange;
    switch (place) {
      case 'app':
        retained?.add(bytes);
        if (retained?.isFull === true) exchange.letGo(this.#context.pastCuts);
        if (retained?.chunks === undefined) this.#passUp(bytes);
        else this.#writeUp(bytes);
        if (requestComplete && exchange.responseComplete) this.#finish(exchange);
        return;
      case 'held':
        retained?.add(bytes);
        // What is too much to keep waits in daprd's own buffers.
        if (retained?.isFull === true && !requestComplete) this.#down.pause();
        return;
      case 'ours':
        if (requestComplete && this.#exchange === exchange) this.#answerHealthy(exchange);
        return;
      default:
        unreachable(place);
    }
  }

  /** The end of this request cannot be told. */
  #goBlind(exchange: DaprRequest): void {
    const { place } = exchange;
    switch (place) {
      case 'app':
        this.#isTunnel = true;
        return;
      case 'held':
        exchange.retained?.drop();
        this.#lastTries.left(exchange);
        this.#down.pause();
        this.#context.note(exchange.note('not-replayable'));
        return;
      case 'ours':
        this.#down.destroy();
        return;
      default:
        unreachable(place);
    }
  }

  // The way to the app

  #toApp(exchange: DaprRequest): void {
    exchange.moveTo('app');
    exchange.status = undefined;
    this.#answer.begin(exchange.method);
    for (const chunk of exchange.retained?.chunks ?? []) this.#writeUp(chunk);
    if (exchange.retained?.isFull === true) exchange.letGo(this.#context.pastCuts);
  }

  #writeUp(chunk: Buffer): void {
    if (!this.#up.write(chunk)) this.#down.pause();
  }

  /** Bytes that are kept nowhere else. */
  #passUp(chunk: Buffer): void {
    if (!this.#up.pass(chunk)) this.#down.pause();
  }

  // Answers

  #fromApp(chunk: Buffer): void {
    if (this.#isTunnel) this.#writeDown(chunk);
    else if (this.#exchange?.place === 'app') this.#takeAnswer(this.#exchange, chunk);
    else {
      // Nobody asked: without this the next request would take these bytes for its answer.
      if (this.#exchange === undefined && !isTimeoutNotice(chunk)) this.#noteUnclear(undefined);
      this.#dropUp();
    }
  }

  #takeAnswer(exchange: DaprRequest, chunk: Buffer): void {
    const progress = this.#answer.feed(chunk, exchange);
    switch (progress) {
      case 'open':
        return;
      case 'complete':
        if (exchange.requestComplete) this.#finish(exchange);
        return;
      case 'overfull':
        this.#noteUnclear(exchange);
        this.#up.discard();
        if (exchange.requestComplete) this.#finish(exchange);
        else this.#leaveAnswered(exchange);
        return;
      case 'switched':
        this.#becomeTunnel();
        return;
      case 'unclear':
        this.#noteUnclear(exchange);
        this.#up.discard();
        this.#leaveAnswered(exchange);
        return;
      default:
        unreachable(progress);
    }
  }

  #noteUnclear(exchange: DaprRequest | undefined): void {
    const { note, traffic } = this.#context;
    if (traffic.unclear()) note({ what: 'unclear-answer', kind: exchange?.kind, target: exchange?.target });
  }

  #becomeTunnel(): void {
    this.#isTunnel = true;
    this.#exchange?.retained?.drop();
    const stash = this.#down.takeStash();
    if (stash !== undefined) this.#writeUp(stash);
    this.#down.resume();
    if (this.#down.hasEnded) this.#daprdEnded();
  }

  #finish(exchange: DaprRequest): void {
    this.#up.answered();
    // What was cut may still be on its way into another connection.
    if (this.#up.isFlushed && exchange.attempts === 0) exchange.retained?.giveBack();
    this.#leave(exchange, { by: 'app', status: exchange.status ?? 0 });
    this.#next();
  }

  /** The request is nobody's any more. */
  #leave(exchange: DaprRequest, ending: Ending): void {
    if (this.#exchange !== exchange) return;
    this.#exchange = undefined;
    this.#answer.forget();
    if (ending.by !== 'nobody') exchange.forget(this.#context.pastCuts);
    exchange.end(ending);
    this.#lastTries.left(exchange);
  }

  /** Goes on with what has come meanwhile. */
  #next(): void {
    if (this.#isAdvancing) return; // the loop below has called us: pipelined requests must not pile up on the stack
    this.#isAdvancing = true;
    while (this.#exchange === undefined) {
      const stash = this.#down.takeStash();
      if (stash === undefined) break;
      this.#fromDaprd(stash);
    }
    this.#isAdvancing = false;
    this.#down.resume();
    if (this.#down.isDestroyed) this.#up.discard();
    else if (this.#down.hasEnded) this.#daprdEnded();
  }

  #writeDown(chunk: Buffer): void {
    if (!this.#down.write(chunk)) this.#up.pause();
    if (this.#down.isFlushed) recycle(chunk);
  }

  #answerHealthy(exchange: DaprRequest): void {
    this.#writeDown(healthyAnswer);
    this.#leave(exchange, { by: 'daps', status: 200 });
    this.#next();
  }

  /** Answers it in the app's place, and daprd's connection ends. */
  #endWith(exchange: DaprRequest, why: DapsResponse): void {
    const { status, bytes } = dapsResponses[why];
    this.#leave(exchange, { by: 'daps', status });
    this.#down.endWith(bytes);
  }

  // Ends

  #appEnded(): void {
    const exchange = this.#exchange;
    if (this.#isTunnel) this.#down.end();
    else if (exchange?.place === 'app' && this.#answer.endsWithConnection) {
      this.#leaveAnswered(exchange);
      this.#up.end();
    } else this.#dropUp();
  }

  /** At once: what would be written to it before it is closed would be lost. */
  #dropUp(): void {
    this.#lost({ wasConnected: true, hadError: false, uses: this.#up.discard() });
  }

  #lost({ wasConnected, hadError, uses }: Loss): void {
    this.#down.resume();
    const exchange = this.#exchange;
    if (this.#isTunnel && hadError) this.#down.reset();
    else if (this.#isTunnel) this.#down.endWith();
    else if (exchange?.place !== 'app') this.#context.appSuspected('closed');
    else if (exchange.responseComplete) this.#leaveAnswered(exchange);
    else if (this.#down.isDestroyed) this.#leave(exchange, { by: 'nobody' });
    // Nobody waits for an answer any more: daprd has given up.
    else if (this.#down.hasEnded) this.#down.destroy();
    else this.#cut(exchange, wasConnected, uses);
  }

  /** The answer is there and the app's connection is not: what is left of the request is for nobody. */
  #leaveAnswered(exchange: DaprRequest): void {
    this.#answer.flush();
    this.#leave(exchange, { by: 'app', status: exchange.status ?? 0 });
    this.#down.endWith();
  }

  #cut(exchange: DaprRequest, wasConnected: boolean, uses: number): void {
    const { replays, appSuspected, note, pastCuts } = this.#context;
    const wasIdle = uses > 0 && exchange.status === undefined && this.#answer.isAtStart;
    exchange.wasCut(wasConnected);
    this.#answer.forget();
    // A part of the answer has gone to daprd: it cannot be asked for again.
    if (exchange.responseForwarded) exchange.letGo(pastCuts);
    const next = afterCut(exchange.cutFacts(wasConnected, wasIdle), replays);
    switch (next) {
      case 'resend':
        exchange.isSentAtOnce = true;
        this.#toApp(exchange);
        return;
      case 'ask-again':
        this.#toApp(exchange);
        return;
      case 'hold':
        exchange.moveTo('held');
        this.#lastTries.cut(exchange, exchange.hasOneTryLeft(replays));
        if (exchange.isStuck) {
          exchange.remember(pastCuts);
          note(exchange.note('not-replayable'));
        }
        break;
      case 'answer-healthy':
        exchange.moveTo('ours');
        if (exchange.requestComplete) this.#answerHealthy(exchange);
        break;
      case 'app-down':
      case 'app-cut':
        this.#endWith(exchange, next);
        break;
      case 'give-up':
        note(exchange.note(next));
        this.#lastTries.cut(exchange, false);
        this.#endWith(exchange, next);
        break;
      case 'reset':
        if (isHoldable(exchange.kind)) note(exchange.note('give-up'));
        this.#lastTries.cut(exchange, false);
        exchange.forget(pastCuts);
        this.#leave(exchange, { by: 'nobody' });
        this.#down.reset();
        break;
      default:
        unreachable(next);
    }
    if (this.isUnread) this.#onUnread();
    appSuspected(wasConnected ? 'cut' : 'refused');
  }

  /** Also called when what it said before its end has had its turn. */
  #daprdEnded(): void {
    const exchange = this.#exchange;
    if (this.#down.hasStash) return;
    if (exchange === undefined) this.#down.end();
    else if (this.#outlivesDaprd) this.#down.destroy();
    else if (exchange.place === 'app' && (exchange.requestComplete || this.#isTunnel)) this.#up.end();
    else this.#down.destroy();
  }

  /** Nobody would deliver it again, so the app finishes it without daprd. */
  get #outlivesDaprd(): boolean {
    return this.#context.outlivesDaprd && !this.#isTunnel && this.#exchange?.isWorkedOn === true;
  }

  #closed(): void {
    this.#requests.restart();
    if (this.#outlivesDaprd) return;
    if (this.#exchange !== undefined) this.#leave(this.#exchange, { by: 'nobody' });
    // The app has ended a tunnel too, but may not have read everything yet.
    if (this.#isTunnel && this.#down.isComplete) this.#up.end();
    else this.#up.discard();
  }
}
