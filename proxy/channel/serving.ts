import { unreachable } from '../contract/unreachable.ts';
import type { RequestHead } from '../http1/head.ts';
import type { Step } from '../http1/observers.ts';
import type { Admission } from '../policy/admission.ts';
import { isHoldable } from '../policy/classify.ts';
import type { Loss } from './app-side.ts';
import { DaprRequest } from './dapr-request.ts';
import { answerHealthy, end, finish, finishLast, type Parts, refuse, reset } from './endings.ts';
import { recordCut } from './retry.ts';
import { noteUnclear } from './unclear-answer.ts';

/** What the connection is doing after something has happened to the request that it serves. */
export type Next =
  | 'serving'
  /** The request has its answer, and the connection is ready for another one. */
  | 'idle'
  | 'tunnel'
  /** daprd has its last answer, or a reset. */
  | 'closing';

/** One request on its way: to the app, held, sent again after a cut, and answered by the app or by daps. */
export class Serving {
  readonly request: DaprRequest;
  readonly #parts: Parts;

  /** `head`: undefined if daps cannot read it. */
  constructor(parts: Parts, head: RequestHead | undefined) {
    this.#parts = parts;
    this.request = new DaprRequest(head, parts.context);
  }

  /** Begins with what `admit` says. A request whose head daps cannot read goes to the app, and counts as a call. */
  begin(isReadable: boolean): Next {
    const admission = isReadable ? this.#admission() : 'forward';
    switch (admission) {
      case 'forward':
        this.#forward();
        return 'serving';
      case 'hold':
        this.request.moveTo('held');
        return 'serving';
      case 'answer-ok':
        this.request.moveTo('daps');
        return 'serving';
      case 'refuse':
        return refuse(this.#parts, this.request, 'app-down');
      default:
        return unreachable(admission);
    }
  }

  /** Takes more of the request. */
  take(step: Exclude<Step<RequestHead>, { kind: 'kept' }>): Next {
    switch (step.kind) {
      case 'message':
        this.request.requestComplete = step.isLast;
        if (step.rest !== undefined) this.#parts.wires.down.stash(step.rest);
        return this.#place(step.bytes);
      case 'ambiguous':
        this.#place(step.bytes);
        return this.#loseEnd();
      default:
        return unreachable(step);
    }
  }

  /** Takes more of the app's answer. Bytes that answer nothing end the connection to the app. */
  takeAnswer(chunk: Buffer): Next {
    const { request } = this;
    if (request.place !== 'app') return this.#drop();
    const { answer, context, wires } = this.#parts;
    const progress = answer.feed(chunk, request);
    switch (progress) {
      case 'open':
        return 'serving';
      case 'complete':
        return request.requestComplete ? finish(this.#parts, this.request) : 'serving';
      case 'overfull':
      case 'unclear':
        noteUnclear(context, request);
        wires.up.discard();
        return progress === 'overfull' && request.requestComplete
          ? finish(this.#parts, this.request)
          : finishLast(this.#parts, this.request);
      case 'switched': {
        this.#dropBytes();
        const stash = wires.down.takeStash();
        if (stash !== undefined) wires.passToApp(stash);
        wires.down.resume();
        return 'tunnel';
      }
      default:
        return unreachable(progress);
    }
  }

  /** The app has no more to say. */
  appEnded(): Next {
    const { answer, wires } = this.#parts;
    if (this.request.place !== 'app' || !answer.endsWithConnection) return this.#drop();
    const next = finishLast(this.#parts, this.request);
    wires.up.end();
    return next;
  }

  /** The app's connection is gone. */
  lost(loss: Loss): Next {
    const { context, wires } = this.#parts;
    wires.down.resume();
    if (this.request.place !== 'app') {
      context.appSuspected('closed');
      return 'serving';
    }
    if (this.request.responseComplete) return finishLast(this.#parts, this.request);
    if (wires.down.isDestroyed) {
      this.abandon();
      return 'closing';
    }
    if (wires.down.hasEnded) {
      // daprd has given the request up.
      wires.down.destroy();
      return 'serving';
    }
    return this.#cut(loss);
  }

  /** Forwards a request that is held, if it may go. */
  release(): void {
    const { context, soloRetry, wires } = this.#parts;
    const { request } = this;
    if (request.isStuck || context.admit(request) !== 'forward' || !soloRetry.admits(request)) return;
    if (request.attempts > 0) context.traffic.replayed();
    this.#forward();
    wires.down.resume();
  }

  /** Ends the request without an answer: daprd is gone. */
  abandon(): void {
    end(this.#parts, this.request, { by: 'nobody' });
  }

  #admission(): Admission {
    const { context, soloRetry } = this.#parts;
    const admission = context.admit(this.request);
    return admission === 'forward' && isHoldable(this.request.kind) && soloRetry.isClosed ? 'hold' : admission;
  }

  #place(bytes: Buffer): Next {
    const { context, wires } = this.#parts;
    const { retained, place, requestComplete, responseComplete } = this.request;
    switch (place) {
      case 'app':
        retained?.add(bytes);
        if (retained?.isFull === true) this.request.letGo(context.pastCuts);
        if (retained?.chunks === undefined) wires.passToApp(bytes);
        else wires.toApp(bytes);
        return requestComplete && responseComplete ? finish(this.#parts, this.request) : 'serving';
      case 'held':
        retained?.add(bytes);
        // The rest of a request that is too large to keep waits in daprd's own buffers.
        if (retained?.isFull === true && !requestComplete) wires.down.pause();
        return 'serving';
      case 'daps':
        return requestComplete ? answerHealthy(this.#parts, this.request) : 'serving';
      case 'new':
      case 'done':
        return 'serving';
      default:
        return unreachable(place);
    }
  }

  /** From here on, two readers could find the end of the request at different bytes. */
  #loseEnd(): Next {
    const { context, soloRetry, wires } = this.#parts;
    const { place } = this.request;
    switch (place) {
      case 'app':
        this.#dropBytes();
        return 'tunnel';
      case 'held':
        this.request.retained?.drop();
        soloRetry.left(this.request);
        wires.down.pause();
        context.note(this.request.note('not-replayable'));
        return 'serving';
      case 'daps':
        wires.down.destroy();
        return 'serving';
      case 'new':
      case 'done':
        return 'serving';
      default:
        return unreachable(place);
    }
  }

  #forward(): void {
    const { answer, context, wires } = this.#parts;
    const { request } = this;
    request.moveTo('app');
    request.status = undefined;
    answer.begin(request.method);
    for (const chunk of request.retained?.chunks ?? []) wires.toApp(chunk);
    if (request.retained?.isFull !== true) return;
    request.letGo(context.pastCuts);
    wires.up.countQueue();
  }

  #dropBytes(): void {
    this.request.retained?.drop();
    this.#parts.wires.up.countQueue();
  }

  /** Closes the connection to the app at once: daprd would lose what is written to it before it is closed. */
  #drop(): Next {
    return this.lost({ wasConnected: true, errorCode: undefined, uses: this.#parts.wires.up.discard() });
  }

  #cut(loss: Loss): Next {
    const { answer, context, soloRetry } = this.#parts;
    const { wasConnected } = loss;
    const wasIdle = loss.uses > 0 && this.request.status === undefined && answer.isAtStart;
    answer.forget();
    const afterCut = recordCut(this.request, { wasConnected, wasIdle }, context, soloRetry);
    let next: Next = 'serving';
    switch (afterCut) {
      case 'resend':
      case 'ask-again':
        this.#forward();
        return 'serving';
      case 'hold':
        break;
      case 'answer-healthy':
        if (this.request.requestComplete) next = answerHealthy(this.#parts, this.request);
        break;
      case 'app-down':
      case 'app-cut':
      case 'give-up':
        next = refuse(this.#parts, this.request, afterCut);
        break;
      case 'reset':
        next = reset(this.#parts, this.request);
        break;
      default:
        unreachable(afterCut);
    }
    this.#noteFailure(loss);
    return next;
  }

  /** Only a port that refuses means that the app is gone. Other errors, such as EMFILE, are not the app's. */
  #noteFailure({ wasConnected, errorCode }: Loss): void {
    const { appSuspected, note } = this.#parts.context;
    if (wasConnected) appSuspected('cut');
    else if (errorCode === 'ECONNREFUSED') appSuspected('refused');
    else {
      note({ what: 'not-connected', errorCode: errorCode ?? 'unknown' });
      appSuspected('not-connected');
    }
  }
}
