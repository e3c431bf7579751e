import { type Ledger, readEvents, settled } from '../support/ledger.ts';
import type { Namespace } from './cluster.ts';
import type { Equipment } from './equipment.ts';
import { evidence } from './evidence.ts';
import { MessageLoad } from './messages.ts';
import { PodWatch, type Termination } from './pod-watch.ts';

/** What became of the messages of one load, and of the pods of the app that they went to. */
export interface Observed {
  readonly ledger: Ledger;
  readonly terminations: readonly Termination[];
  /** How often the kubelet restarted the app, asked to or because a busy machine let it look as if it hung. */
  readonly restarts: number;
  /** Why messages became what they may not, to be read in a failed test; empty where all is well. */
  readonly evidence: string;
}

/** Goes into every message's name: what an earlier run has sent is nothing that this one counts. */
const run = Date.now().toString(36);

/** Sends messages to an app, whose topic has its name, and watches its pods, until it is ended. */
export class Observation {
  readonly #file: string;
  readonly #watch: PodWatch;
  readonly #sending: MessageLoad;

  private constructor(file: string, watch: PodWatch, sending: MessageLoad) {
    this.#file = file;
    this.#watch = watch;
    this.#sending = sending;
  }

  static async begin(
    { messages, ledger }: Equipment,
    namespace: Namespace,
    of: { readonly app: string; readonly load: string; readonly perSecond: number },
  ): Promise<Observation> {
    const watch = new PodWatch(namespace.name, of.app);
    await watch.start();
    const load = `${of.load}-${run}`;
    const sending = new MessageLoad(messages, { load, topic: of.app, perSecond: of.perSecond });
    return new Observation(ledger.fileOf(load), watch, sending);
  }

  /** Sends no more, does what ends the rest, and waits until every message is done or nothing happens any more. */
  async end(quietMs: number, rest: () => Promise<void>): Promise<Observed> {
    const published = await this.#sending.end();
    await rest();
    const files = [this.#file];
    const ledger = await settled(published, files, quietMs, 300_000);
    await this.#watch.stop();
    const { terminations, restarts, events } = this.#watch;
    const why = evidence({ published, ledger, appEvents: readEvents(files), podEvents: events });
    return { ledger, terminations, restarts, evidence: why };
  }
}
