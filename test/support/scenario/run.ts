import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventFiles } from '../event-files.ts';
import { eventually } from '../eventually.ts';
import type { Pod, StopOptions } from '../pod/pod.ts';
import type { Publisher } from '../pod/publisher.ts';
import { Slots } from '../slots.ts';
import { openTempFolder } from '../temp-folder.ts';
import {
  type Component,
  consumersInRabbit,
  isConsumedFromRedis,
  queueOf,
  rabbitBinding,
  rabbitPubsub,
  waitingInRabbit,
} from './broker.ts';
import { claimNames, namesOf, removeNames } from './broker-names.ts';
import { type Ledger, type Published, readLedger, settled } from './ledger.ts';
import { messageWays } from './message-ways.ts';
import { type Column, isComponent, type Played, type Scenario, startPod } from './scenario.ts';
import { isTableWritten } from './table.ts';

/** The longest that is waited for messages to be worked off. */
const settleMs = 400_000;
/** With daps no message may be missing, so that this is waited out in a test that fails. */
const quietWithDapsMs = 60_000;
/** Nothing is expected of plain Dapr: where no table is written, its end is not waited for. */
const quietOfPlainMs = 5000;
const eventMs = 400_000;
const leastBacklog = 100;
const longestBacklogS = 30;
/** What a pod that starts takes of the processor, it takes in this time: after it, others have their turn. */
const longestStartMs = 10_000;
/** Plain Dapr may never come to what is waited for: never subscribe, or lose what was on its way. */
const plainOpensMs = 5000;
const plainGoesOnMs = 60_000;

const inMemory = 'pubsub.in-memory';

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
  readonly #events = new EventFiles(() => this.#all.map(({ name }) => this.#eventsOf(name)));
  readonly #all: Pod[] = [];
  readonly #running: Pod[] = [];
  readonly #readyMs: number[] = [];
  readonly #stopMs: number[] = [];
  #started = 0;
  #perSecond: number;
  #isPublishing = true;
  /** Why a message could not be published. */
  #unpublished: unknown;

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
    const names = await claimNames(namesOf([this.#appId], [this.#topic, `${this.#topic}-dead`]));
    let publishing = Promise.resolve();
    try {
      const { replicas, act, messages, perSecond } = this.#scenario;
      const opened = performance.now();
      for (let replica = 0; replica < replicas; replica += 1) await this.#start();
      await this.#until('the app has subscribed', () => this.#hasSubscribed(), plainOpensMs);
      publishing = this.#publishAll();
      publishing.catch(() => undefined); // told where it is awaited
      const flows = (): boolean => this.#published.length >= perSecond && this.#events.count('start') > 0;
      await this.#until("a second's messages are published, and the first is begun", flows, plainOpensMs);
      const acted = performance.now();
      await act({
        start: () => this.#start(),
        stop: (pod, options) => this.#stop(pod, options),
        rollout: () => this.#rollout(),
        pods: this.#running,
        publishAt: (rate) => {
          this.#perSecond = rate;
        },
        queueLength: () => waitingInRabbit(queueOf(this.#appId, this.#topic)),
        ledger: () => this.#ledger(),
        begun: (more) => this.#count('start', more),
        finished: (more) => this.#count('finish', more),
        until: (what, isTrue) => this.#until(what, isTrue),
      });
      if (messages === undefined) this.#isPublishing = false;
      await publishing;
      const ended = performance.now();
      const ledger = await settled(this.#published, this.#events, this.#quietMs, settleMs);
      const tookMs = { opening: acted - opened, acts: ended - acted, end: performance.now() - ended };
      return { ledger, readyMs: this.#readyMs, stopMs: this.#stopMs, story: this.story, tookMs };
    } catch (error) {
      if (error instanceof Error) error.message = `${this.#column}: ${error.message}`;
      throw error;
    } finally {
      this.#isPublishing = false;
      await publishing.catch(() => undefined);
      await Promise.all(this.#all.map((pod) => pod.dispose()));
      await removeNames(names).catch(() => undefined); // a later process tries again
      this.#folder.remove();
    }
  }

  get #quietMs(): number {
    const { quietMs = 5000 } = this.#scenario;
    if (this.#column !== 'plain') return Math.max(quietMs, quietWithDapsMs);
    return isTableWritten ? quietMs : Math.min(quietMs, quietOfPlainMs);
  }

  /** What every pod did and said so far: first the way of messages that are not as they should be, and their pods. */
  get story(): string {
    const told = messageWays(this.#ledger(), this.#published, this.#events.read());
    if (told === undefined) return [this.#column, ...this.#all.map((pod) => pod.describe())].join('\n\n');
    const { counts, ways, pods, zeroMs } = told;
    const own = this.#all.filter(({ name }) => pods.has(name));
    const others = this.#all.filter(({ name }) => !pods.has(name));
    const zero = `+0.00 is ${new Date(zeroMs).toISOString().slice(11, 23)}`;
    const summary = [`${this.#column}: ${counts}; ${zero}`, ...ways].join('\n');
    return [summary, ...[...own, ...others].map((pod) => pod.describe())].join('\n\n');
  }

  // Events

  async #until(
    what: string,
    isTrue: () => boolean | Promise<boolean>,
    patienceWithPlainMs = plainGoesOnMs,
  ): Promise<void> {
    const goesOnMs = performance.now() + (this.#column === 'plain' ? patienceWithPlainMs : Number.POSITIVE_INFINITY);
    const isOver = async (): Promise<boolean> => {
      if (this.#unpublished !== undefined) throw this.#unpublished;
      return (await isTrue()) || performance.now() > goesOnMs;
    };
    await eventually(what, isOver, eventMs);
  }

  #count(e: 'start' | 'finish', more: number): Promise<void> {
    const enough = this.#events.count(e) + more;
    const what = `apps ${e} ${more} messages more`;
    return this.#until(what, () => this.#events.count(e) >= enough);
  }

  // Pods

  async #start(): Promise<Pod> {
    const { annotations = {}, app, by, resources = [] } = this.#scenario;
    const { configuration, daprdTool, hasHelper, isInMesh, brokerProxy } = this.#scenario;
    const name = `${this.#appId}-${this.#started}`;
    this.#started += 1;
    const addressed = by === 'binding' ? { BINDING: this.#topic } : by === 'raw' ? { RAW: '1' } : {};
    let beganMs = 0;
    const pod = await this.#starts.run(async () => {
      beganMs = performance.now();
      const started = await startPod({
        appId: this.#appId,
        name,
        column: this.#column,
        annotations,
        app: { TOPIC: this.#topic, EVENTS_FILE: this.#eventsOf(name), ...addressed, ...app },
        resources: [this.#component(), ...resources],
        ...(hasHelper === undefined ? {} : { hasHelper }),
        ...(isInMesh === undefined ? {} : { isInMesh }),
        ...(brokerProxy === undefined ? {} : { brokerProxy }),
        ...(configuration === undefined ? {} : { configuration: configurationOf(configuration) }),
        ...(daprdTool === undefined ? {} : { daprdTool }),
      });
      await Promise.race([started.ready().catch(() => undefined), delay(longestStartMs, undefined, { ref: false })]);
      return started;
    });
    this.#all.push(pod);
    this.#running.push(pod);
    await pod.ready();
    this.#readyMs.push(performance.now() - beganMs);
    return pod;
  }

  #component(): Component {
    const { by, pubsub } = this.#scenario;
    if (by === 'binding') return rabbitBinding(this.#topic, this.#topic, 'input');
    return isComponent(pubsub) ? pubsub : rabbitPubsub(pubsub);
  }

  /** With an app health check daprd is ready before it has subscribed. */
  async #hasSubscribed(): Promise<boolean> {
    const { by, pubsub } = this.#scenario;
    if (isComponent(pubsub) && pubsub.spec.type === inMemory) return this.#events.count('start') > 0;
    if (isComponent(pubsub)) return isConsumedFromRedis(this.#appId, this.#topic);
    return (await consumersInRabbit(by === 'binding' ? this.#topic : queueOf(this.#appId, this.#topic))) > 0;
  }

  async #stop(pod: Pod, options: StopOptions = {}): Promise<void> {
    this.#running.splice(this.#running.indexOf(pod), 1);
    const beganMs = performance.now();
    await pod.stop(options);
    this.#stopMs.push(performance.now() - beganMs);
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
      await this.#untilWorkedOff();
      const one = slots.run(() => this.#publish(`m${n}`));
      one.catch((error: unknown) => {
        this.#unpublished ??= error;
      });
      sent.push(one);
      await delay(1000 / this.#perSecond);
    }
    await Promise.all(sent);
  }

  /** Beside busy neighbors pods take minutes to start: the load waits, so that what has piled up is done in time. */
  async #untilWorkedOff(): Promise<void> {
    if (this.#column === 'plain') return; // what it has lost is never done
    const most = Math.max(leastBacklog, longestBacklogS * this.#perSecond);
    const isLow = (): boolean => !this.#isPublishing || this.#published.length - this.#events.count('finish') < most;
    while (!isLow()) await delay(100);
  }

  #publish(id: string): Promise<void> {
    const { by, metadata } = this.#scenario;
    if (by === 'binding') return this.#publisher.bind(this.#topic, id);
    if (by === 'raw') return this.#publisher.publishRaw(this.#topic, id);
    return this.#publisher.publish(this.#topic, id, metadata);
  }

  get #published(): readonly Published[] {
    return this.#publisher.published.filter(({ topic }) => topic === this.#topic);
  }

  #eventsOf(pod: string): string {
    return join(this.#folder.path, `${pod}.jsonl`);
  }

  #ledger(): Ledger {
    return readLedger(this.#published, this.#events.read());
  }
}

const configurationOf = (spec: object): object => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Configuration',
  metadata: { name: 'config' },
  spec,
});

/** What an app of this name gets its messages from. */
export const topicOf = (appId: string): string => `${appId}-topic`;
