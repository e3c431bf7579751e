/**
 * Which components of Dapr's bring messages, and which of them deliver again what was not acknowledged
 * (github.com/dapr/components-contrib v1.18.4, the files named below).
 */

/** A component's metadata, names in lower case: daprd reads them so (github.com/dapr/kit, metadata). */
type Metadata = ReadonlyMap<string, string>;

const isTrue = (metadata: Metadata, name: string): boolean =>
  ['1', 't', 'true', 'y', 'yes', 'on'].includes((metadata.get(name) ?? '').trim().toLowerCase());

/** Zero, as a number of milliseconds or as a duration; anything else is not zero, or is the default. */
const isZero = (metadata: Metadata, name: string): boolean =>
  /^0+(\.0+)?(ns|us|µs|ms|s|m|h)?$/.test((metadata.get(name) ?? '').trim());

/** For each type that may not deliver again: whether it does not with this metadata. */
const isUncertain: Readonly<Record<string, (metadata: Metadata) => boolean>> = {
  // pubsub/in-memory/in-memory.go: a bus within daprd's own process
  'pubsub.in-memory': () => true,
  // pubsub/redis/redis.go, reclaimPendingMessagesLoop
  'pubsub.redis': (metadata) => isZero(metadata, 'processingtimeout') || isZero(metadata, 'redeliverinterval'),
  // pubsub/rabbitmq/rabbitmq.go, Consume
  'pubsub.rabbitmq': (metadata) => isTrue(metadata, 'autoack'),
  // pubsub/mqtt3/mqtt.go, Subscribe
  'pubsub.mqtt3': (metadata) => isZero(metadata, 'qos'),
  'pubsub.mqtt': (metadata) => isZero(metadata, 'qos'),
  // pubsub/jetstream/metadata.go
  'pubsub.jetstream': (metadata) => (metadata.get('ackpolicy') ?? '').trim() === 'none',
  // pubsub/pulsar/pulsar.go, formatTopic
  'pubsub.pulsar': (metadata) => (metadata.get('persistent') ?? 'true').trim().toLowerCase() === 'false',
  // pubsub/kubemq/kubemq_events.go: events that are not stored
  'pubsub.kubemq': (metadata) => (metadata.get('store') ?? 'true').trim().toLowerCase() === 'false',
  // bindings/kubemq/kubemq.go
  'bindings.kubemq': (metadata) => isTrue(metadata, 'autoacknowledged'),
};

/** Bindings that only send, or bring no messages: what they tell the app they tell every replica, or tell again. */
const bindingsWithMessages = new Set([
  'aws.kinesis',
  'aws.sqs',
  'azure.eventhubs',
  'azure.servicebusqueues',
  'azure.storagequeues',
  'gcp.pubsub',
  'kafka',
  'kubemq',
  'mqtt',
  'mqtt3',
  'rabbitmq',
  'rocketmq',
  'zeebe.jobworker',
]);

/** Whether a component delivers again; undefined where it brings an app no messages. */
export const redeliveryOfComponent = (type: string, metadata: Metadata): 'certain' | 'uncertain' | undefined => {
  const binding = type.startsWith('bindings.') ? type.slice('bindings.'.length) : undefined;
  if (!type.startsWith('pubsub.') && (binding === undefined || !bindingsWithMessages.has(binding))) return undefined;
  return isUncertain[type]?.(metadata) === true ? 'uncertain' : 'certain';
};

/**
 * Whether a component may lose deliveries that fail, unless daprd tries them again: it lets its broker drop them, or give
 * them again thousands of times a second (pubsub/rabbitmq/rabbitmq.go, `requeueInFailure`), of which daprd takes some
 * refusals for success (proxy/DECISIONS.md, 2026-11-22).
 */
export const losesFailed = (type: string, metadata: Metadata): boolean =>
  type === 'pubsub.rabbitmq' && !isTrue(metadata, 'autoack');
