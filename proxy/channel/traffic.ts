import { type RequestKind, requestKinds } from '../policy/classify.ts';
import { WorkTime } from './work-time.ts';

/** How a request ended: with the app's status, with a status from daps, or without an answer. */
export type Ending =
  | { readonly by: 'app'; readonly status: number }
  | { readonly by: 'daps'; readonly status: number }
  /** daprd went away, or the connection did. */
  | { readonly by: 'nobody' };

/** Receives what happens to requests, for metrics. */
export interface TrafficObserver {
  readonly ended: (kind: RequestKind, ending: Ending) => void;
  readonly replayed: () => void;
  /** The app sent bytes that daprd does not read as an answer. */
  readonly unclear: () => void;
}

/** Counts what is in flight and what is held: the facts that a drain waits for. */
export class Traffic {
  readonly #inFlight = new Map<RequestKind, number>(requestKinds.map((kind) => [kind, 0]));
  readonly #observer: TrafficObserver;
  readonly #nowMs: () => number;
  readonly workTime: WorkTime;
  #held = 0;
  #lastAnswerMs = 0;
  #lastCallMs = 0;
  #lastInvocationMs = 0;
  #replayed = 0;
  #unclear = 0;
  #actorCalls = 0;
  #openStreams = 0;
  /** Called after every change. */
  onChange: () => void = () => {};

  constructor(observer: TrafficObserver, nowMs: () => number) {
    this.#observer = observer;
    this.#nowMs = nowMs;
    this.workTime = new WorkTime(nowMs);
  }

  /** Counts a request that is in flight from now on. */
  forwarded(kind: RequestKind): void {
    this.#inFlight.set(kind, this.inFlight(kind) + 1);
    if (kind === 'actor') this.#actorCalls += 1;
  }

  /** Counts that a request is no longer in flight: it was answered, cut or given up. */
  returned(kind: RequestKind): void {
    this.#inFlight.set(kind, this.inFlight(kind) - 1);
    if (isCall(kind)) this.#lastCallMs = this.#nowMs();
    if (kind === 'invocation') this.#lastInvocationMs = this.#nowMs();
    this.onChange();
  }

  /** Counts a request in flight on a connection that daps passes unread. */
  streamOpened(): void {
    this.#openStreams += 1;
  }

  streamsClosed(count: number): void {
    this.#openStreams -= count;
    this.#lastAnswerMs = this.#nowMs();
    this.#lastCallMs = this.#nowMs();
    this.onChange();
  }

  /** Notes that other apps call this one, as daprd says: daps cannot see it in streams that it passes unread. */
  hasCallers(): void {
    this.#lastInvocationMs = this.#nowMs();
  }

  ended(kind: RequestKind, ending: Ending): void {
    if (ending.by === 'app') this.#lastAnswerMs = this.#nowMs();
    this.#observer.ended(kind, ending);
  }

  held(count: 1 | -1): void {
    this.#held += count;
    this.onChange();
  }

  replayed(): void {
    this.#replayed += 1;
    this.#observer.replayed();
  }

  /** Counts bytes of the app that daprd does not read as an answer. Returns whether they were the first. */
  unclear(): boolean {
    this.#unclear += 1;
    this.#observer.unclear();
    return this.#unclear === 1;
  }

  inFlight(kind: RequestKind): number {
    return this.#inFlight.get(kind) ?? 0;
  }

  /** Deliveries and jobs in flight: the app must finish them before anything else may happen. */
  get workInFlight(): number {
    return this.inFlight('delivery') + this.inFlight('job');
  }

  /** Calls in flight, which somebody waits for. The app's calls to itself do not count: it is at both ends. */
  get callsInFlight(): number {
    return this.inFlight('invocation') + this.inFlight('actor') + this.inFlight('init') + this.#openStreams;
  }

  get allInFlight(): number {
    return requestKinds.reduce((sum, kind) => sum + this.inFlight(kind), this.#openStreams);
  }

  get openStreams(): number {
    return this.#openStreams;
  }

  get heldCount(): number {
    return this.#held;
  }

  get replayedCount(): number {
    return this.#replayed;
  }

  /** Whether the app was called as an actor host. */
  get hasActorCalls(): boolean {
    return this.#actorCalls > 0;
  }

  /** When the app last answered anything; 0 before. */
  get lastAnswerMs(): number {
    return this.#lastAnswerMs;
  }

  /** When a call last ended; 0 before. */
  get lastCallMs(): number {
    return this.#lastCallMs;
  }

  /** When another app's call last ended; 0 before. */
  get lastInvocationMs(): number {
    return this.#lastInvocationMs;
  }
}

const isCall = (kind: RequestKind): boolean => kind === 'invocation' || kind === 'actor';
