import type { Rule } from '../rule/rule.ts';
import { appMaxConcurrencyGrpc } from './app-max-concurrency-grpc.ts';
import { autoscalerScalesDownFast } from './autoscaler-scales-down-fast.ts';
import { bulkLongerThanGrace } from './bulk-longer-than-grace.ts';
import { circuitBreakerOnApp } from './circuit-breaker-on-app.ts';
import { componentDefinedTwice } from './component-defined-twice.ts';
import { componentInOtherNamespace } from './component-in-other-namespace.ts';
import { concurrencySingleBlocks } from './concurrency-single-blocks.ts';
import { consumerIdPerPod } from './consumer-id-per-pod.ts';
import { consumerIdShared } from './consumer-id-shared.ts';
import { deadLetterCollectsShutdown } from './dead-letter-collects-shutdown.ts';
import { deadLetterWithoutSubscriber } from './dead-letter-without-subscriber.ts';
import { disruptionBudgetBlocks } from './disruption-budget-blocks.ts';
import { grpcDeclarativeSubscription } from './grpc-declarative-subscription.ts';
import { hotReloadRestartsAll } from './hot-reload-restarts-all.ts';
import { inMemoryBroker } from './in-memory-broker.ts';
import { inboundBreakerDrops } from './inbound-breaker-drops.ts';
import { jetstreamAckWait } from './jetstream-ack-wait.ts';
import { jetstreamNoAck } from './jetstream-no-ack.ts';
import { jetstreamNotDurable } from './jetstream-not-durable.ts';
import { kafkaNewestOffset } from './kafka-newest-offset.ts';
import { kafkaRebalanceTimeout } from './kafka-rebalance-timeout.ts';
import { meshInterceptsControlPort } from './mesh-intercepts-control-port.ts';
import { mqttQosZero } from './mqtt-qos-zero.ts';
import { noDisruptionBudget } from './no-disruption-budget.ts';
import { noReadiness } from './no-readiness.ts';
import { pulsarNotPersistent } from './pulsar-not-persistent.ts';
import { rabbitmqAutoAck } from './rabbitmq-auto-ack.ts';
import { rabbitmqDropsFailed } from './rabbitmq-drops-failed.ts';
import { rabbitmqPrefetchTooHigh } from './rabbitmq-prefetch-too-high.ts';
import { rabbitmqQueueVanishes } from './rabbitmq-queue-vanishes.ts';
import { rabbitmqUnlimitedPrefetch } from './rabbitmq-unlimited-prefetch.ts';
import { redisAcksErrors } from './redis-acks-errors.ts';
import { redisIntervalIgnored } from './redis-interval-ignored.ts';
import { redisNoRedelivery } from './redis-no-redelivery.ts';
import { redisProcessingTimeout } from './redis-processing-timeout.ts';
import { remoteChannelWithoutPolicy } from './remote-channel-without-policy.ts';
import { resiliencyPolicyUnknown } from './resiliency-policy-unknown.ts';
import { resiliencyTargetUnknown } from './resiliency-target-unknown.ts';
import { retriesLongerThanGrace } from './retries-longer-than-grace.ts';
import { scaleToZeroLosesQueue } from './scale-to-zero-loses-queue.ts';
import { scalerCoolsDownBeforeWork } from './scaler-cools-down-before-work.ts';
import { scopesMissApp } from './scopes-miss-app.ts';
import { sqsVisibilityTimeout } from './sqs-visibility-timeout.ts';
import { subscriptionPubsubUnknown } from './subscription-pubsub-unknown.ts';

/** Every rule that `daps lint` has of its own, in the order of their ids. */
export const rules: readonly Rule[] = [
  appMaxConcurrencyGrpc,
  autoscalerScalesDownFast,
  bulkLongerThanGrace,
  circuitBreakerOnApp,
  componentDefinedTwice,
  componentInOtherNamespace,
  concurrencySingleBlocks,
  consumerIdPerPod,
  consumerIdShared,
  deadLetterCollectsShutdown,
  deadLetterWithoutSubscriber,
  disruptionBudgetBlocks,
  grpcDeclarativeSubscription,
  hotReloadRestartsAll,
  inMemoryBroker,
  inboundBreakerDrops,
  jetstreamAckWait,
  jetstreamNoAck,
  jetstreamNotDurable,
  kafkaNewestOffset,
  kafkaRebalanceTimeout,
  meshInterceptsControlPort,
  mqttQosZero,
  noDisruptionBudget,
  noReadiness,
  pulsarNotPersistent,
  rabbitmqAutoAck,
  rabbitmqDropsFailed,
  rabbitmqPrefetchTooHigh,
  rabbitmqQueueVanishes,
  rabbitmqUnlimitedPrefetch,
  redisAcksErrors,
  redisIntervalIgnored,
  redisNoRedelivery,
  redisProcessingTimeout,
  remoteChannelWithoutPolicy,
  resiliencyPolicyUnknown,
  resiliencyTargetUnknown,
  retriesLongerThanGrace,
  scaleToZeroLosesQueue,
  scalerCoolsDownBeforeWork,
  scopesMissApp,
  sqsVisibilityTimeout,
  subscriptionPubsubUnknown,
];
