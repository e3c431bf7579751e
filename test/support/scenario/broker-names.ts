import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOver, runIn, runName } from '../run-name.ts';
import { queueOf, redis, withRabbit } from './broker.ts';

/** What daprds make in RabbitMQ and Redis for apps of a test. */
export interface BrokerNames {
  readonly queues: readonly string[];
  readonly exchanges: readonly string[];
  /** Of Redis: names of streams, or patterns such as `shop||*`. */
  readonly keys: readonly string[];
}

/** Of apps that subscribe to topics, or have input bindings that are called like them. */
export const namesOf = (appIds: readonly string[], topics: readonly string[]): BrokerNames => ({
  queues: topics.flatMap((topic) => [topic, ...appIds.map((appId) => queueOf(appId, topic))]),
  exchanges: topics,
  keys: topics,
});

const prefix = 'daps-brokers-';
const fileOf = (run: string): string => join(tmpdir(), `${prefix}${run}.jsonl`);
const claimed = new Set<BrokerNames>();

const deleteKeys = "for _,key in ipairs(redis.call('KEYS',ARGV[1])) do redis.call('DEL',key) end";

const removeFrom = async ({ queues, exchanges, keys }: BrokerNames): Promise<void> => {
  await withRabbit(async (connection) => {
    const channel = await connection.createChannel();
    for (const queue of queues) await channel.deleteQueue(queue);
    for (const exchange of exchanges) await channel.deleteExchange(exchange);
  });
  // A Redis that is not there keeps nothing: the tests' own writes no file.
  for (const key of keys) await redis('EVAL', `"${deleteKeys}"`, '0', key).catch(() => undefined);
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // another process was faster
  }
};

/** Removes what test processes that were killed have left in the brokers. */
const sweep = async (): Promise<void> => {
  for (const name of readdirSync(tmpdir())) {
    const run = name.startsWith(prefix) ? runIn(name) : undefined;
    if (run === undefined || !isOver(run)) continue;
    const lines = read(fileOf(run)).split('\n');
    for (const line of lines.filter((one) => one !== '')) await removeFrom(JSON.parse(line) as BrokerNames);
    rmSync(fileOf(run), { force: true });
  }
};
let swept: Promise<void> | undefined;

/** Notes what is going to be made, so that a later process removes it if this one is killed. */
export const claimNames = async (names: BrokerNames): Promise<BrokerNames> => {
  swept ??= sweep();
  await swept;
  appendFileSync(fileOf(runName), `${JSON.stringify(names)}\n`);
  claimed.add(names);
  return names;
};

/** Removes what was claimed, in both brokers. */
export const removeNames = async (names: BrokerNames): Promise<void> => {
  await removeFrom(names);
  claimed.delete(names);
  if (claimed.size === 0) rmSync(fileOf(runName), { force: true });
};
