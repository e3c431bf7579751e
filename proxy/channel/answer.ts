import { unreachable } from '../contract/unreachable.ts';
import { AnswerObserver } from '../http1/observers.ts';
import { isHoldable } from '../policy/classify.ts';
import type { DaprRequest } from './dapr-request.ts';
import { HeldAnswer } from './held-answer.ts';
import { type MemoryBudget, Share } from './memory/memory-budget.ts';

/** The state of an answer after some bytes of it. */
export type AnswerProgress =
  /** It is not complete. */
  | 'open'
  | 'complete'
  /** Complete, and the app sent more than that, which belongs to no answer. */
  | 'overfull'
  /** Another protocol begins. */
  | 'switched'
  /** Go refuses it, and daprd with it. */
  | 'unclear';

/**
 * Passes the app's answers to daprd. An answer to a delivery or a job is kept until it is complete, or too long to
 * keep: so it reaches daprd whole or not at all, and daps can ask the app again. Every other answer passes as it
 * arrives.
 */
export class Answer {
  readonly #observer = new AnswerObserver('GET');
  readonly #held = new HeldAnswer();
  readonly #budget: MemoryBudget;
  /** Memory for bytes that have not been passed on. */
  readonly #share: Share;
  readonly #pass: (chunk: Buffer) => void;

  constructor(budget: MemoryBudget, pass: (chunk: Buffer) => void) {
    this.#budget = budget;
    this.#share = new Share(budget);
    this.#pass = pass;
  }

  /** Begins the answer to another request, or to the same one again. */
  begin(method: string): void {
    this.#observer.restart(method);
  }

  /** Whether no byte of it has arrived. */
  get isAtStart(): boolean {
    return this.#observer.isAtStart;
  }

  /** Whether it goes on for as long as the app's connection does. */
  get endsWithConnection(): boolean {
    return this.#observer.endsWithConnection;
  }

  /** Takes more of the answer to this request. Bytes that daprd will refuse pass as they are. */
  feed(chunk: Buffer, exchange: DaprRequest): AnswerProgress {
    for (let bytes = chunk; ; ) {
      const step = this.#observer.feed(bytes);
      switch (step.kind) {
        case 'kept':
          this.#count();
          return 'open';
        case 'interim':
          this.#count();
          this.#pass(step.bytes);
          if (step.rest === undefined) return 'open';
          bytes = step.rest;
          break;
        case 'switched':
          this.flush();
          for (const each of step.bytes) this.#pass(each);
          return 'switched';
        case 'unclear':
          this.flush();
          this.#pass(step.bytes);
          return 'unclear';
        case 'answer':
          exchange.status ??= step.status;
          exchange.listener?.add(step.bytes);
          // No app answers a delivery like this. The caller reads events as they arrive.
          if (step.isEventStream) exchange.responseForwarded = true;
          this.#take(step.bytes, step.isLast, exchange);
          if (!exchange.responseComplete) return 'open';
          return step.isOverfull ? 'overfull' : 'complete';
        default:
          return unreachable(step);
      }
    }
  }

  #take(bytes: Buffer, isLast: boolean, exchange: DaprRequest): void {
    const mayWait = isHoldable(exchange.kind) && !exchange.responseForwarded && !isLast;
    if (mayWait && this.#held.hasRoomFor(bytes, this.#budget.isSpent)) {
      this.#held.add(bytes);
      this.#count();
      return;
    }
    exchange.responseForwarded = true;
    exchange.responseComplete = isLast;
    this.flush();
    this.#pass(bytes);
  }

  /** Passes on what it keeps: there will be no more. */
  flush(): void {
    for (const chunk of this.#held.take()) this.#pass(chunk);
    this.#count();
  }

  /** Drops what it keeps. */
  forget(): void {
    this.#observer.restart('GET');
    this.#held.take();
    this.#count();
  }

  #count(): void {
    this.#share.set(this.#observer.keptBytes + this.#held.keptBytes);
  }
}
