import type { AnswerListener } from './answer-listener.ts';
import { isHoldable, type Kind } from './classify.ts';
import type { DeliveryNote, Incoming } from './context.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { fingerprintOf, type PastCuts } from './past-cuts.ts';
import { Retained } from './replay.ts';
import type { Ending, Traffic } from './traffic.ts';

/** Where a request is: with the app, held by us, or answered by us once it is complete. */
export type Place = 'app' | 'held' | 'ours';

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** A request and its answer. It is counted by where it is, in this place only. */
export class Exchange {
  readonly kind: Kind;
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
    this.retained = isHeldWhenCut(kind) || idempotentMethods.has(method) ? new Retained(budget) : undefined;
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

/** What is kept for the app when it crashes: work, and the questions that daprd asks only once. */
const isHeldWhenCut = (kind: Kind): boolean => isHoldable(kind) || kind === 'init';

/** What becomes of a request whose connection to the app is gone. */
export type AfterCut =
  /** To the app again, at once: it closed an idle connection. */
  | 'resend'
  /** The same for daprd's health check, which tells daprd that the app is dead. */
  | 'ask-again'
  /** To the app again, when it is ready. */
  | 'hold'
  /** A call: its caller is told that the app is not there, or that it has gone before it answered. */
  | 'app-down'
  | 'app-cut'
  /** It was a delivery: for once the golden rule ends, because it would crash the app for ever. */
  | 'let-fail'
  /** A part of the answer has gone to daprd, or it is better off without one: it sees the connection end. */
  | 'reset'
  | 'answer-healthy';

/**
 * Decides on a request that was cut. `wasConnected`: the app had accepted the connection; `wasIdle`: that had answered
 * others before, and not a byte of this one's answer came.
 */
export const afterCut = (
  exchange: Exchange,
  { wasConnected, wasIdle, replays }: { wasConnected: boolean; wasIdle: boolean; replays: number },
): AfterCut => {
  if (exchange.responseForwarded) return isHoldable(exchange.kind) && exchange.attempts <= replays ? 'hold' : 'reset';
  // The app closed an idle connection at the very moment a request was written to it (RFC 9112 §9.3.1).
  if (wasConnected && wasIdle && exchange.attempts === 1 && exchange.isWhole) return 'resend';
  if (isHeldWhenCut(exchange.kind)) {
    if (!wasConnected || exchange.attempts <= replays) return 'hold';
    // daprd asks once more after a reset, and takes any status for "no subscriptions" (pkg/runtime/pubsub/subscriptions.go).
    return exchange.kind === 'init' ? 'reset' : 'let-fail';
  }
  // "Unhealthy" makes daprd fail what waits for the app. One that has crashed refuses the next try.
  if (exchange.kind === 'health') {
    if (!wasConnected || !exchange.isWhole) return 'answer-healthy';
    return exchange.attempts < healthTries ? 'ask-again' : 'reset';
  }
  return wasConnected ? 'app-cut' : 'app-down';
};

/** An app that lives and cuts all of them is as unhealthy as it is without daps. */
const healthTries = 3;
