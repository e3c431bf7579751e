import { connect as connectTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import { execa } from 'execa';

/** A new RabbitMQ's first user. */
export const rabbitUrl = 'amqp://guest:guest@127.0.0.1:5672';
const redisPort = 6379;
const startMs = 90_000;

/** A server that tests need: whether it answers, how it is started, and where it comes from. */
interface Server {
  readonly name: string;
  readonly address: string;
  readonly answers: () => Promise<boolean>;
  readonly start: readonly [command: string, ...args: readonly string[]];
  readonly debianPackage: string;
}

const withRabbit = async <T>(work: (connection: ChannelModel) => Promise<T>): Promise<T> => {
  const connection = await connect(rabbitUrl);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
};

/** Sends one Redis command whose words hold no blanks; its reply as Redis wrote it. */
const redis = (...words: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connectTcp(redisPort, '127.0.0.1', () => socket.write(`${words.join(' ')}\r\n`));
    socket.setEncoding('utf8').once('error', reject);
    socket.once('data', (reply) => {
      socket.destroy();
      resolve(String(reply));
    });
  });

const rabbitServer: Server = {
  name: 'RabbitMQ',
  address: '127.0.0.1:5672',
  answers: () => withRabbit(async () => true).catch(() => false),
  start: ['rabbitmq-server', '-detached'],
  debianPackage: 'rabbitmq-server',
};

const redisServer: Server = {
  name: 'Redis',
  address: `127.0.0.1:${redisPort}`,
  answers: () =>
    redis('PING').then(
      (reply) => reply.startsWith('+PONG'),
      () => false,
    ),
  start: ['redis-server', '--daemonize', 'yes', '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
  debianPackage: 'redis-server',
};

const ensure = async ({ name, address, answers, start, debianPackage }: Server): Promise<void> => {
  if (await answers()) return;
  const [command, ...args] = start;
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`; // where Debian puts servers
  const started = await execa(command, args, { env: { PATH }, reject: false });
  if (started.failed) {
    const why = started.code === 'ENOENT' ? 'it is not installed' : started.stderr || started.shortMessage;
    throw new Error(
      `${name} does not answer on ${address} and ${command} did not start: ${why}. ` +
        `Install the Debian package ${debianPackage}: apt-get install ${debianPackage}`,
    );
  }
  for (const deadline = Date.now() + startMs; Date.now() < deadline; await delay(250)) if (await answers()) return;
  throw new Error(`${name} was started with ${start.join(' ')}, but does not answer on ${address}`);
};

/** Makes sure that a RabbitMQ with its first user listens on this machine. */
export const ensureRabbit = (): Promise<void> => ensure(rabbitServer);

export const ensureRedis = (): Promise<void> => ensure(redisServer);

/** A component of Dapr's, as a file of daprd's resources holds it. */
export interface Component {
  readonly apiVersion: 'dapr.io/v1alpha1';
  readonly kind: 'Component';
  readonly metadata: { readonly name: string };
  readonly spec: { readonly type: string; readonly version: 'v1'; readonly metadata: readonly object[] };
}

const component = (name: string, type: string, metadata: Readonly<Record<string, string>>): Component => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  spec: { type, version: 'v1', metadata: Object.entries(metadata).map(([key, value]) => ({ name: key, value })) },
});

/**
 * RabbitMQ pub/sub with the component's defaults where they matter (a delivery that fails is NACKed without requeue),
 * but a queue that outlives its consumers, a prefetch of ten, and publishing that is over when the broker has it.
 */
export const rabbitPubsub = (metadata: Readonly<Record<string, string>> = {}): Component =>
  component('pubsub', 'pubsub.rabbitmq', {
    connectionString: rabbitUrl,
    durable: 'true',
    deletedWhenUnused: 'false',
    prefetchCount: '10',
    publisherConfirm: 'true',
    ...metadata,
  });

/** Durations are milliseconds here: the component ignores a `redeliverInterval` of "2s" and takes its default. */
export const redisPubsub = (metadata: Readonly<Record<string, string>> = {}): Component =>
  component('pubsub', 'pubsub.redis', { redisHost: redisServer.address, redisPassword: '', ...metadata });

/** RabbitMQ as an input binding of this name, or as an output one, with a queue that outlives its consumers. */
export const rabbitBinding = (name: string, queue: string, direction: 'input' | 'output'): Component =>
  component(name, 'bindings.rabbitmq', {
    host: rabbitUrl,
    queueName: queue,
    durable: 'true',
    deleteWhenUnused: 'false',
    prefetchCount: '10',
    direction,
  });

/** Deletes what daprds made for these apps and topics: a queue for each pair and for a binding, and exchanges. */
export const cleanRabbit = (appIds: readonly string[], topics: readonly string[]): Promise<void> =>
  withRabbit(async (connection) => {
    const channel = await connection.createChannel();
    for (const topic of topics) {
      for (const appId of appIds) await channel.deleteQueue(`${appId}-${topic}`);
      await channel.deleteQueue(topic);
      await channel.deleteExchange(topic);
    }
  });

/** Deletes the streams of these topics. */
export const cleanRedis = async (topics: readonly string[]): Promise<void> => {
  if (topics.length > 0) await redis('DEL', ...topics);
};

/** Whether an app takes messages: what is published before its queue is bound to the topic is lost. */
export const isConsumedFromRabbit = (appId: string, topic: string): Promise<boolean> =>
  withRabbit(async (connection) => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined); // a queue that is not there ends the channel
    return channel.checkQueue(`${appId}-${topic}`).then(
      ({ consumerCount }) => consumerCount > 0,
      () => false,
    );
  });

/** How many messages wait in an app's queue, those that were delivered and not yet acknowledged apart. */
export const waitingInRabbit = (appId: string, topic: string): Promise<number> =>
  withRabbit(async (connection) => {
    const channel = await connection.createChannel();
    return (await channel.checkQueue(`${appId}-${topic}`)).messageCount;
  });
