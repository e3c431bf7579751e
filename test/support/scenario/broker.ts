import { connect as connectTcp } from 'node:net';
import { type ChannelModel, connect } from 'amqplib';
import { execa } from 'execa';
import { eventually } from '../eventually.ts';

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

export const withRabbit = async <T>(work: (connection: ChannelModel) => Promise<T>): Promise<T> => {
  const connection = await connect(rabbitUrl);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
};

/** Sends one Redis command, a word with blanks in double quotes; the beginning of its reply as Redis wrote it. */
export const redis = (...words: readonly string[]): Promise<string> =>
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
  await eventually(`${name}, started with ${start.join(' ')}, answers on ${address}`, answers, startMs);
};

/** Makes sure that a RabbitMQ with its first user listens on this machine. */
export const ensureRabbit = (): Promise<void> => ensure(rabbitServer);

export const ensureRedis = (): Promise<void> => ensure(redisServer);

/** A component of Dapr's, as a file of daprd's resources holds it. */
export interface Component {
  readonly apiVersion: 'dapr.io/v1alpha1';
  readonly kind: 'Component';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly type: string;
    readonly version: 'v1';
    readonly initTimeout: string;
    readonly metadata: readonly { readonly name: string; readonly value: string }[];
  };
}

/** daprd's usual 5 s are over before a broker beside busy neighbors has answered. */
const initTimeout = '2m';

const component = (name: string, type: string, metadata: Readonly<Record<string, string>>): Component => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  spec: {
    type,
    version: 'v1',
    initTimeout,
    metadata: Object.entries(metadata).map(([key, value]) => ({ name: key, value })),
  },
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

/** A bus within one daprd: it has no memory, in spite of its name. */
export const inMemoryPubsub = (): Component => component('pubsub', 'pubsub.in-memory', {});

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

/** The queue of an app that subscribes to a topic, as the component names it. */
export const queueOf = (appId: string, topic: string): string => `${appId}-${topic}`;

const inQueue = <T>(queue: string, read: (found: { messageCount: number; consumerCount: number }) => T, none: T) =>
  withRabbit(async (connection) => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined); // a queue that is not there ends the channel
    return channel.checkQueue(queue).then(read, () => none);
  });

/** How many daprds take messages from a queue. What is published before it is bound to its topic is lost. */
export const consumersInRabbit = (queue: string): Promise<number> =>
  inQueue(queue, ({ consumerCount }) => consumerCount, 0);

/** How many messages wait in a queue, those that were delivered and not yet acknowledged apart. */
export const waitingInRabbit = (queue: string): Promise<number> =>
  inQueue(queue, ({ messageCount }) => messageCount, 0);

/** Whether an app has subscribed to a topic: it then has a group of consumers, which is called like the app. */
export const isConsumedFromRedis = async (appId: string, topic: string): Promise<boolean> =>
  (await redis('XINFO', 'GROUPS', topic)).split('\r\n').includes(appId);
