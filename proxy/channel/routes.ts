import type { RequestHead } from '../http1/head.ts';
import { classify, type OwnFacts, pathOf } from '../policy/classify.ts';
import {
  type HeardRoutes,
  type KnownRoutes,
  knownRoutes,
  type MetadataRoutes,
  noSubscriptions,
  nothingHeard,
  readSubscribeAnswer,
} from '../policy/known-routes.ts';
import { type AnswerListener, listenTo } from './answer-listener.ts';
import type { Incoming } from './context.ts';

export interface RoutesPorts {
  /** Asks daprd for its routes; undefined if daprd does not say. */
  readonly askDaprd: () => Promise<MetadataRoutes | undefined>;
  readonly nowMs: () => number;
  /** Calls once, after a time; returns what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

/** daprd knows its routes when it has asked the app nothing for so long. */
const settledMs = 1000;
/** The pause between two questions to daprd doubles each time that daprd has no news. */
const shortestPauseMs = 1000;
const longestPauseMs = 30_000;

const unread: Incoming = { kind: 'invocation', listener: undefined };

/**
 * Knows where daprd delivers, and so the kind of each request. It listens when daprd asks the app at its start. After
 * that it asks daprd itself, and again when a request arrives on an unknown route, as after a hot reload.
 */
export class Routes {
  readonly #own: OwnFacts;
  readonly #ports: RoutesPorts;
  #heard: HeardRoutes = nothingHeard;
  #known: KnownRoutes = knownRoutes(nothingHeard);
  #lastInitMs = Number.NEGATIVE_INFINITY;
  #isAsking = false;
  #askedMs = Number.NEGATIVE_INFINITY;
  #pauseMs = shortestPauseMs;
  #cancelTimer: () => void = () => {};

  constructor(own: OwnFacts, ports: RoutesPorts) {
    this.#own = own;
    this.#ports = ports;
  }

  incoming(head: RequestHead | undefined): Incoming {
    if (head === undefined) return unread;
    const { kind, isRouteUnknown } = classify(head, this.#own, this.#known);
    if (isRouteUnknown && this.#ports.nowMs() - this.#askedMs >= this.#pauseMs) void this.#ask();
    if (kind === 'delivery' && this.#known.unseenBindings.size > 0) this.#sees(pathOf(head.target));
    return { kind, listener: kind === 'init' ? this.#listenerOf(head) : undefined };
  }

  /** Cancels its next question. */
  stop(): void {
    this.#cancelTimer();
  }

  #listenerOf({ method, target }: RequestHead): AnswerListener {
    const path = pathOf(target);
    this.#daprdBegins();
    return listenTo((status, body) => {
      if (method === 'OPTIONS') this.#optionsAnswered(path, status);
      else if (path === '/dapr/subscribe') this.#subscribeAnswered(status, body);
      this.#daprdBegins();
    });
  }

  /** daprd is asking the app what it wants, and does not know its routes yet. */
  #daprdBegins(): void {
    this.#lastInitMs = this.#ports.nowMs();
    this.#hears({ isMetadataCurrent: false });
    this.#askLater();
  }

  #askLater(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#ports.after(settledMs, () => {
      if (this.#isAsking) this.#askLater();
      else void this.#ask();
    });
  }

  /** daprd reads any answer but 200 as "none". */
  #subscribeAnswered(status: number, body: string | undefined): void {
    if (status !== 200) this.#hears({ subscribe: noSubscriptions });
    else this.#hears({ subscribe: body === undefined ? undefined : readSubscribeAnswer(body) });
  }

  /** Reads it as daprd does (Dapr 1.18.1, pkg/runtime/processor/binding/send.go, `isAppSubscribedToBinding`). */
  #optionsAnswered(path: string, status: number): void {
    const isTaken = (status >= 200 && status < 300) || status === 405;
    this.#hears({ options: new Map([...this.#heard.options, [path, isTaken]]) });
  }

  #sees(path: string): void {
    if (this.#known.unseenBindings.has(path)) this.#hears({ seen: new Set([...this.#heard.seen, path]) });
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const askedMs = this.#ports.nowMs();
    this.#askedMs = askedMs;
    const metadata = await this.#ports.askDaprd();
    this.#isAsking = false;
    const hasNews = metadata !== undefined && textOf(metadata) !== textOf(this.#heard.metadata);
    this.#pauseMs = hasNews ? shortestPauseMs : Math.min(2 * this.#pauseMs, longestPauseMs);
    if (metadata === undefined) return;
    this.#hears({ metadata, isMetadataCurrent: askedMs - this.#lastInitMs >= settledMs });
  }

  #hears(news: Partial<HeardRoutes>): void {
    this.#heard = { ...this.#heard, ...news };
    this.#known = knownRoutes(this.#heard);
  }
}

const textOf = (routes: MetadataRoutes | undefined): string =>
  JSON.stringify(routes, (_, value: unknown) => (value instanceof Set ? [...value] : value));
