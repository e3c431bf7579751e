import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Component,
  cleanRabbit,
  cleanRedis,
  isConsumedFromRabbit,
  rabbitBinding,
  rabbitPubsub,
  waitingInRabbit,
} from './broker.ts';
import type { Pod, StopOptions } from './kubelet.ts';
import { until } from './kubelet-hooks.ts';
import type { Publisher } from './kubelet-publisher.ts';
import { type Ledger, type Published, readLedger, settled } from './ledger.ts';
import { type Column, type Played, type Scenario, startPod } from './scenario.ts';
import { Slots } from './slots.ts';
import { openTempFolder } from './temp-folder.ts';

/** The longest that is waited for messages to be worked off. */
const settleMs = 270_000;

export const isComponent = (pubsub: Scenario['pubsub']): pubsub is Component =>
  pubsub !== undefined && 'kind' in pubsub;

/** One scenario with one kind of pods, on a queue of its own. */
export class Performance {
  readonly #scenario: Scenario;
  readonly #column: Column;
  readonly #appId: string;
  /** Of the topic, and of the binding where the app has one. */
  readonly #topic: string;
  readonly #publisher: Publisher;
  readonly #starts: Slots;
  readonly #folder = openTempFolder();
  readonly #all: Pod[] = [];
  readonly #running: Pod[] = [];
  #started = 0;
  #perSecond: number;
  #isPublishing = true;

  constructor(scenario: Scenario, column: Column, appId: string, publisher: Publisher, starts: Slots) {
    this.#scenario = scenario;
    this.#column = column;
    this.#appId = appId;
    this.#topic = topicOf(appId);
    this.#publisher = publisher;
    this.#starts = starts;
    this.#perSecond = scenario.perSecond;
  }

  /** Plays it, and says what became of the messages. */
  async play(): Promise<Played> {
    const { replicas, act, messages, quietMs } = this.#scenario;
    let publishing = Promise.resolve();
    try {
      for (let replica = 0; replica < replicas; replica += 1) await this.#start();
      await this.#subscribed();
      publishing = this.#publishAll();
      publishing.catch(() => undefined); // told where it is awaited
      await delay(1000);
      await act({
        start: () => this.#start(),
        stop: (pod, options) => this.#stop(pod, options),
        rollout: () => this.#rollout(),
        pods: this.#running,
        publishAt: (perSecond) => {
          this.#perSecond = perSecond;
        },
        queueLength: () => waitingInRabbit(this.#appId, this.#topic),
        ledger: () => this.#ledger(),
      });
      if (messages === undefined) this.#isPublishing = false;
      await publishing;
      const ledger = await settled(this.#published, this.#eventFiles, quietMs, settleMs);
      return { ledger, story: this.#all.map((pod) => pod.describe()).join('\n\n') };
    } finally {
      this.#isPublishing = false;
      await publishing.catch(() => undefined);
      await Promise.all(this.#all.map((pod) => pod.dispose()));
      await cleanRabbit([this.#appId], [this.#topic, `${this.#topic}-dead`]).catch(() => undefined);
      await cleanRedis([this.#topic]).catch(() => undefined);
      this.#folder.remove();
    }
  }

  // Pods

  async #start(): Promise<Pod> {
    const { annotations = {}, app, by, daprdTool, resources = [] } = this.#scenario;
    const name = `${this.#appId}-${this.#started}`;
    this.#started += 1;
    const addressed = by === 'binding' ? { BINDING: this.#topic } : by === 'raw' ? { RAW: '1' } : {};
    const pod = await this.#starts.run(() =>
      startPod({
        appId: this.#appId,
        name,
        column: this.#column,
        annotations,
        app: { TOPIC: this.#topic, EVENTS_FILE: this.#eventsOf(name), ...addressed, ...app },
        resources: [this.#component(), ...resources],
        ...(daprdTool === undefined ? {} : { daprdTool }),
      }),
    );
    this.#all.push(pod);
    this.#running.push(pod);
    await pod.ready();
    return pod;
  }

  #component(): Component {
    const { by, pubsub } = this.#scenario;
    if (by === 'binding') return rabbitBinding(this.#topic, this.#topic, 'input');
    return isComponent(pubsub) ? pubsub : rabbitPubsub(pubsub);
  }

  /** With an app health check daprd is ready before it has subscribed; a plain one may never do. */
  async #subscribed(): Promise<void> {
    const { by, pubsub } = this.#scenario;
    if (by === 'binding' || isComponent(pubsub)) return;
    await until(() => isConsumedFromRabbit(this.#appId, this.#topic), 5000, 250);
  }

  async #stop(pod: Pod, options: StopOptions = {}): Promise<void> {
    this.#running.splice(this.#running.indexOf(pod), 1);
    await pod.stop(options);
  }

  async #rollout(): Promise<void> {
    for (const old of [...this.#running]) {
      await this.#start();
      await this.#stop(old);
    }
  }

  // Messages

  async #publishAll(): Promise<void> {
    const { messages = Number.POSITIVE_INFINITY } = this.#scenario;
    const slots = new Slots(20); // a slow broker does not make the load lighter
    const sent: Promise<void>[] = [];
    for (let n = 0; this.#isPublishing && n < messages; n += 1) {
      const one = slots.run(() => this.#publish(`m${n}`));
      one.catch(() => undefined); // told where it is awaited
      sent.push(one);
      await delay(1000 / this.#perSecond);
    }
    await Promise.all(sent);
  }

  #publish(id: string): Promise<void> {
    const { by } = this.#scenario;
    if (by === 'binding') return this.#publisher.bind(this.#topic, id);
    return by === 'raw' ? this.#publisher.publishRaw(this.#topic, id) : this.#publisher.publish(this.#topic, id);
  }

  get #published(): readonly Published[] {
    return this.#publisher.published.filter(({ topic }) => topic === this.#topic);
  }

  get #eventFiles(): readonly string[] {
    return this.#all.map(({ name }) => this.#eventsOf(name));
  }

  #eventsOf(pod: string): string {
    return join(this.#folder.path, `${pod}.jsonl`);
  }

  #ledger(): Ledger {
    return readLedger(this.#published, this.#eventFiles);
  }
}

/** What an app of this name gets its messages from. */
export const topicOf = (appId: string): string => `${appId}-topic`;
