import { type CutFacts, isReplayable } from '../policy/after-cut.ts';
import { isHoldable, type RequestKind } from '../policy/classify.ts';
import type { AnswerListener } from './answer-listener.ts';
import type { DeliveryNote, Incoming } from './context.ts';
import type { MemoryBudget } from './memory/memory-budget.ts';
import { Retained } from './memory/retained.ts';
import { fingerprintOf, type PastCuts } from './past-cuts.ts';
import type { Ending, Traffic } from './traffic.ts';

/** Where a request is: with the app, held by us, or answered by us once it is complete. */
export type Place = 'app' | 'held' | 'ours';

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** A request and its answer. It is counted by where it is, in this place only. */
export class DaprRequest {
  readonly kind: RequestKind;
  readonly method: string;
  readonly target: string;
  /** The request's bytes, where it may have to be sent again. */
  readonly retained: Retained | undefined;
  readonly listener: AnswerListener | undefined;
  readonly #traffic: Traffic;
  /** Tells it again when daprd delivers it once more; only of a delivery that cannot be sent again. */
  #fingerprint: string | undefined;
  #place: Place = 'ours';
  #endWork: ((isAnswered: boolean) => void) | undefined;
  requestComplete = false;
  /** The app's final status; undefined before. */
  status: number | undefined;
  responseComplete = false;
  /** Some of the answer has gone to daprd: from then on it cannot be asked for again. */
  responseForwarded = false;
  /** How often it was cut while it was with the app. */
  attempts = 0;
  /** It was cut, and sent once more without a pause: maybe to an app that was about to die and took it all the same. */
  isSentAtOnce = false;

  constructor(
    { kind, listener, method, target }: Incoming & { readonly method: string; readonly target: string },
    budget: MemoryBudget,
    traffic: Traffic,
  ) {
    this.kind = kind;
    this.listener = listener;
    this.method = method;
    this.target = target;
    this.retained = isReplayable(kind) || idempotentMethods.has(method) ? new Retained(budget) : undefined;
    this.#traffic = traffic;
  }

  get place(): Place {
    return this.#place;
  }

  /** It is here as a whole, and can be sent again. */
  get isWhole(): boolean {
    return this.requestComplete && this.retained?.chunks !== undefined;
  }

  /** A delivery or a job that the app has as a whole. */
  get isWorkedOn(): boolean {
    return this.#place === 'app' && this.requestComplete && isHoldable(this.kind);
  }

  /** It waits, but a part of it is gone: only daprd's end can give it back. */
  get isStuck(): boolean {
    return this.#place === 'held' && this.retained?.chunks === undefined;
  }

  /** Cut so often that the next cut is the one too many. */
  hasOneTryLeft(replays: number): boolean {
    return !this.isStuck && this.attempts > 0 && this.attempts >= replays;
  }

  note(what: DeliveryNote['what']): DeliveryNote {
    return { what, kind: this.kind, target: this.target, attempts: this.attempts };
  }

  /** Its connection to the app is gone, or was refused. A crash counts once, also for what was sent again into it. */
  wasCut(wasConnected: boolean): void {
    if (wasConnected && !this.isSentAtOnce) this.attempts += 1;
    this.isSentAtOnce = false;
  }

  /** What decides on it after a cut; see `afterCut`. */
  cutFacts(wasConnected: boolean, wasIdle: boolean): CutFacts {
    const { kind, attempts, isWhole, responseForwarded } = this;
    return { kind, attempts, isWhole, responseForwarded, wasConnected, wasIdle };
  }

  /** It cannot be sent again from here on. How often it was cut before daprd's last restart counts, too. */
  letGo(pastCuts: PastCuts): void {
    const { chunks } = this.retained ?? {};
    if (chunks !== undefined && this.#fingerprint === undefined && isHoldable(this.kind)) {
      this.#fingerprint = fingerprintOf(this.target, chunks);
      if (this.#fingerprint !== undefined) this.attempts += pastCuts.of(this.#fingerprint);
    }
    this.retained?.drop();
  }

  /** It waits for daprd's end, and comes again after it. */
  remember(pastCuts: PastCuts): void {
    if (this.#fingerprint !== undefined) pastCuts.remember(this.#fingerprint, this.attempts);
  }

  /** It has an answer, and does not come again. */
  forget(pastCuts: PastCuts): void {
    if (this.#fingerprint !== undefined) pastCuts.forget(this.#fingerprint);
  }

  moveTo(place: Place): void {
    this.#move(place, false);
  }

  /** It is nobody's any more. */
  end(ending: Ending): void {
    this.retained?.drop();
    this.#traffic.ended(this.kind, ending);
    if (ending.by === 'app') this.listener?.ended(ending.status);
    this.#move('ours', ending.by === 'app');
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
