import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { eventually } from '../support/eventually.ts';
import { consumersInRabbit, queueOf, rabbitUrl } from '../support/scenario/broker.ts';
import type { BrokerNames } from '../support/scenario/broker-names.ts';
import type { Published } from '../support/scenario/ledger.ts';
import { clusterMs } from './cluster.ts';

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

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

/** The queue and the exchange of an app's topic, which has the app's name, the queue of its input binding, its state. */
export const namesOfApp = (app: string): BrokerNames => ({
  queues: [queueOf(app, app), bindingOf(app)],
  exchanges: [app],
  keys: [`${app}||*`],
});

/** Waits until so many pods of an app take messages of its topic. */
export const subscribed = (app: string, pods: number): Promise<void> => {
  const isSo = async (): Promise<boolean> => (await consumersInRabbit(queueOf(app, app))) >= pods;
  return eventually(`${pods} pods of ${app} have subscribed`, isSo, clusterMs);
};

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
