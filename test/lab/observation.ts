import type { EventFiles } from '../support/event-files.ts';
import { eventually } from '../support/eventually.ts';
import { type AppEvent, type Ledger, settled } from '../support/scenario/ledger.ts';
import { clusterMs, type Namespace } from './cluster.ts';
import type { Equipment } from './equipment.ts';
import { evidence } from './evidence.ts';
import { MessageLoad } from './messages.ts';
import { PodWatch, type Termination } from './pod-watch.ts';

/** What became of the messages of one load, and of the pods of the app that they went to. */
export interface Observed {
  readonly ledger: Ledger;
  /** All that the apps said. */
  readonly events: readonly AppEvent[];
  readonly terminations: readonly Termination[];
  /** How long each pod that was made took to be ready. */
  readonly readyMs: readonly number[];
  /** How often the kubelet restarted the app, asked to or because a busy machine let it look as if it hung. */
  readonly restarts: number;
  /** Why messages became what they may not, to be read in a failed test; empty where all is well. */
  readonly evidence: string;
}

export interface ObservationOf {
  readonly app: string;
  readonly load: string;
  readonly perSecond: number;
}

/** Sends messages to an app, whose topic has its name, and watches its pods, until it is ended. */
export class Observation {
  readonly #events: EventFiles;
  readonly #watch: PodWatch;
  readonly #sending: MessageLoad;

  private constructor(events: EventFiles, watch: PodWatch, sending: MessageLoad) {
    this.#events = events;
    this.#watch = watch;
    this.#sending = sending;
  }

  static async begin({ messages, ledger }: Equipment, namespace: Namespace, of: ObservationOf): Promise<Observation> {
    const watch = new PodWatch(namespace.name, of.app);
    await watch.start();
    const sending = new MessageLoad(messages, { load: of.load, topic: of.app, perSecond: of.perSecond });
    return new Observation(ledger.eventsOf(of.load), watch, sending);
  }

  /** Waits until so many messages more are sent. */
  async sent(more: number): Promise<void> {
    await this.#comes(`${more} messages more are sent`, () => this.#sending.published.length, more);
  }

  /** Waits until so many messages more are begun by apps. */
  async begun(more: number): Promise<void> {
    await this.#comes(`${more} messages more are begun`, () => this.#events.count('start'), more);
  }

  async #comes(what: string, count: () => number, more: number): Promise<void> {
    const enough = count() + more;
    await eventually(what, () => count() >= enough, clusterMs);
  }

  /** Waits until a sidecar of a pod has said something. */
  async says(pod: string, words: string): Promise<void> {
    const isSaid = (): boolean => this.#watch.events.some((one) => one.pod === pod && one.what.includes(words));
    await eventually(`${pod} says "${words}"`, isSaid, clusterMs);
  }

  /** Sends no more, does what ends the rest, and waits until every message is done or nothing happens any more. */
  async end(quietMs: number, rest: () => Promise<void>): Promise<Observed> {
    const published = await this.#sending.end();
    await rest();
    const ledger = await settled(published, this.#events, quietMs, settleMs);
    await this.#watch.stop();
    const { terminations, readyMs, restarts, events: podEvents } = this.#watch;
    const events = this.#events.read();
    const why = evidence({ published, ledger, appEvents: events, podEvents });
    return { ledger, events, terminations, readyMs, restarts, evidence: why };
  }
}

const settleMs = 300_000;
/** How long nothing happens before a message counts as lost, where it is a failure that one is. */
export const quietMs = 60_000;
