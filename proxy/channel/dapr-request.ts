import type { RequestHead } from '../http1/head.ts';
import { type CutFacts, isReplayable } from '../policy/after-cut.ts';
import { isHoldable, type RequestKind } from '../policy/classify.ts';
import type { AnswerListener } from './answer-listener.ts';
import type { ChannelContext, DeliveryNote } from './context.ts';
import { Retained } from './memory/retained.ts';
import { fingerprintOf, type PastCuts } from './past-cuts.ts';
import type { Ending, Traffic } from './traffic.ts';

/** Where a request is. */
export type Place =
  /** Its head has arrived, and nothing is decided. */
  | 'new'
  /** The app has it: it is in flight. */
  | 'app'
  /** daps holds it: it is neither forwarded nor answered. */
  | 'held'
  /** daps answers it in the app's place as soon as it is complete. */
  | 'daps'
  /** It is answered, or given up. */
  | 'done';

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** A request of daprd and its answer. Only `moveTo` and `end` change where it is, and count that. */
export class DaprRequest {
  readonly kind: RequestKind;
  readonly method: string;
  readonly target: string;
  /** The request's bytes, if they may have to be sent again. */
  readonly retained: Retained | undefined;
  readonly listener: AnswerListener | undefined;
  readonly #traffic: Traffic;
  /** Identifies a delivery that cannot be sent again when daprd delivers it once more. */
  #fingerprint: string | undefined;
  #place: Place = 'new';
  #endWork: ((isAnswered: boolean) => void) | undefined;
  requestComplete = false;
  /** The app's final status; undefined before it arrives. */
  status: number | undefined;
  responseComplete = false;
  /** daprd has received a part of the answer: from then on the app cannot be asked for it again. */
  responseForwarded = false;
  /** How often a connection ended while the app had the request. */
  attempts = 0;
  /** daps sent it again without a pause after a cut, maybe to an app that was about to crash. */
  isSentAtOnce = false;

  /** `head`: undefined if daps cannot read it. */
  constructor(head: RequestHead | undefined, { budget, incoming, traffic }: ChannelContext) {
    const { kind, listener } = incoming(head);
    this.kind = kind;
    this.listener = listener;
    this.method = head?.method ?? '';
    this.target = head?.target ?? '';
    this.retained = isReplayable(kind) || idempotentMethods.has(this.method) ? new Retained(budget) : undefined;
    this.#traffic = traffic;
  }

  get place(): Place {
    return this.#place;
  }

  /** All of the request is here, so it can be sent again. */
  get isWhole(): boolean {
    return this.requestComplete && this.retained?.chunks !== undefined;
  }

  /** The app has all of a delivery or a job. */
  get isWorkedOn(): boolean {
    return this.#place === 'app' && this.requestComplete && isHoldable(this.kind);
  }

  /** It is held, but a part of it is gone: the broker redelivers it only when daprd ends. */
  get isStuck(): boolean {
    return this.#place === 'held' && this.retained?.chunks === undefined;
  }

  /** The next cut is one too many. */
  hasOneTryLeft(replays: number): boolean {
    return !this.isStuck && this.attempts > 0 && this.attempts >= replays;
  }

  note(what: DeliveryNote['what']): DeliveryNote {
    return { what, kind: this.kind, target: this.target, attempts: this.attempts };
  }

  /** Counts a cut. A crash counts once, also for a request that daps sent again into the same crash. */
  wasCut(wasConnected: boolean): void {
    if (wasConnected && !this.isSentAtOnce) this.attempts += 1;
    this.isSentAtOnce = false;
  }

  /** The facts that `afterCut` decides on. */
  cutFacts(wasConnected: boolean, wasIdle: boolean): CutFacts {
    const { kind, attempts, isWhole, responseForwarded } = this;
    return { kind, attempts, isWhole, responseForwarded, wasConnected, wasIdle };
  }

  /** Drops the bytes, so that it cannot be sent again. Cuts from before daprd's last restart count from now on. */
  letGo(pastCuts: PastCuts): void {
    const { chunks } = this.retained ?? {};
    if (chunks !== undefined && this.#fingerprint === undefined && isHoldable(this.kind)) {
      this.#fingerprint = fingerprintOf(this.target, chunks);
      if (this.#fingerprint !== undefined) this.attempts += pastCuts.of(this.#fingerprint);
    }
    this.retained?.drop();
  }

  /** Remembers its cuts: daprd's end is near, and the broker redelivers it. */
  remember(pastCuts: PastCuts): void {
    if (this.#fingerprint !== undefined) pastCuts.remember(this.#fingerprint, this.attempts);
  }

  /** Forgets its cuts: it has an answer, and the broker does not redeliver it. */
  forget(pastCuts: PastCuts): void {
    if (this.#fingerprint !== undefined) pastCuts.forget(this.#fingerprint);
  }

  moveTo(place: Exclude<Place, 'new' | 'done'>): void {
    this.#move(place, false);
  }

  /** Counts how it ended, and drops its bytes. */
  end(ending: Ending): void {
    this.retained?.drop();
    this.#traffic.ended(this.kind, ending);
    if (ending.by === 'app') this.listener?.ended(ending.status);
    this.#move('done', ending.by === 'app');
  }

  #move(place: Place, isAnswered: boolean): void {
    const was = this.#place;
    this.#place = place;
    if (was === place) return;
    if (was === 'app') this.#endWork?.(isAnswered);
    if (place === 'app') {
      this.#traffic.forwarded(this.kind);
      this.listener?.restart();
      if (isHoldable(this.kind)) this.#endWork = this.#traffic.workTime.begin(this.target);
    }
    if (place === 'held') this.#traffic.held(1);
    if (was === 'app') this.#traffic.returned(this.kind);
    if (was === 'held') this.#traffic.held(-1);
  }
}
