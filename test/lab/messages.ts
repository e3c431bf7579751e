import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { rabbitUrl } from '../support/broker.ts';
import type { Published } from '../support/ledger.ts';

/** A publisher that waits for the broker's word for every message. Dapr's exchanges are called after the topic. */
export class Messages {
  readonly #connection: ChannelModel;
  readonly #channel: ConfirmChannel;

  private constructor(connection: ChannelModel, channel: ConfirmChannel) {
    this.#connection = connection;
    this.#channel = channel;
  }

  static async open(): Promise<Messages> {
    const connection = await connect(rabbitUrl);
    return new Messages(connection, await connection.createConfirmChannel());
  }

  async #send(exchange: string, key: string, body: object): Promise<void> {
    const content = Buffer.from(JSON.stringify(body));
    const options = { persistent: true, contentType: 'application/json' };
    await new Promise<void>((resolve, reject) =>
      this.#channel.publish(exchange, key, content, options, (error) => (error ? reject(error as Error) : resolve())),
    );
  }

  /** A CloudEvent as daprd makes it (pkg/runtime/pubsub, 1.18.1). */
  publish(topic: string, id: string): Promise<void> {
    const event = { specversion: '1.0', type: 'com.dapr.event.sent', source: 'lab', id, topic, pubsubname: 'pubsub' };
    return this.#send(topic, '', { ...event, datacontenttype: 'application/json', data: { id } });
  }

  /** Into the queue of an app's input binding, as another system would feed it. */
  enqueue(app: string, id: string): Promise<void> {
    return this.#send('', bindingOf(app), { id });
  }

  /** The queue and the exchange of an app's topic, which has the app's name, and the queue of its input binding. */
  async removeQueuesOf(app: string): Promise<void> {
    for (const queue of [`${app}-${app}`, bindingOf(app)]) await this.#channel.deleteQueue(queue);
    await this.#channel.deleteExchange(app);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

const bindingOf = (app: string): string => `${app}-intake`;

/** Publishes at a steady rate until it is told to end. */
export class MessageLoad {
  readonly published: Published[] = [];
  #isOn = true;
  readonly #loop: Promise<void>;

  constructor(messages: Messages, of: { readonly load: string; readonly topic: string; readonly perSecond: number }) {
    const sending: Promise<void>[] = [];
    this.#loop = (async () => {
      for (let count = 0; this.#isOn; count += 1) {
        const one = { id: `${of.load}.${count}`, t: Date.now() };
        sending.push(messages.publish(of.topic, one.id).then(() => void this.published.push(one)));
        await delay(1000 / of.perSecond);
      }
      await Promise.all(sending);
    })();
  }

  async end(): Promise<readonly Published[]> {
    this.#isOn = false;
    await this.#loop;
    return this.published;
  }
}
