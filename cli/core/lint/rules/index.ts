import type { Rule } from '../rule/rule.ts';
import { actorsWithoutStateStore } from './actors-without-state-store.ts';
import { allReplicasUnavailable } from './all-replicas-unavailable.ts';
import { appCallsShutdown } from './app-calls-shutdown.ts';
import { appHealthCheckOff } from './app-health-check-off.ts';
import { appMaxConcurrencyGrpc } from './app-max-concurrency-grpc.ts';
import { autoscalerNeedsSidecarRequest } from './autoscaler-needs-sidecar-request.ts';
import { autoscalerScalesDownFast } from './autoscaler-scales-down-fast.ts';
import { bindingWaitsForOptions } from './binding-waits-for-options.ts';
import { bulkLongerThanGrace } from './bulk-longer-than-grace.ts';
import { circuitBreakerOnApp } from './circuit-breaker-on-app.ts';
import { componentDefinedTwice } from './component-defined-twice.ts';
import { componentInOtherNamespace } from './component-in-other-namespace.ts';
import { concurrencySingleBlocks } from './concurrency-single-blocks.ts';
import { configNotGiven } from './config-not-given.ts';
import { consumerIdPerPod } from './consumer-id-per-pod.ts';
import { consumerIdShared } from './consumer-id-shared.ts';
import { deadLetterCollectsShutdown } from './dead-letter-collects-shutdown.ts';
import { deadLetterWithoutSubscriber } from './dead-letter-without-subscriber.ts';
import { deadlineShorterThanWork } from './deadline-shorter-than-work.ts';
import { debugInProduction } from './debug-in-production.ts';
import { disruptionBudgetBlocks } from './disruption-budget-blocks.ts';
import { endpointElsewhere } from './endpoint-elsewhere.ts';
import { envWithoutValue } from './env-without-value.ts';
import { graceShorterThanDaprShutdown } from './grace-shorter-than-dapr-shutdown.ts';
import { graceShorterThanWork } from './grace-shorter-than-work.ts';
import { grpcAppHttpProbe } from './grpc-app-http-probe.ts';
import { grpcDeclarativeSubscription } from './grpc-declarative-subscription.ts';
import { healthPathAsksDaprd } from './health-path-asks-daprd.ts';
import { helmHook } from './helm-hook.ts';
import { hotReloadRestartsAll } from './hot-reload-restarts-all.ts';
import { inMemoryBroker } from './in-memory-broker.ts';
import { inboundBreakerDrops } from './inbound-breaker-drops.ts';
import { initContainerNeedsApp } from './init-container-needs-app.ts';
import { initContainerNeedsDaprd } from './init-container-needs-daprd.ts';
import { injectedByAnotherVersion } from './injected-by-another-version.ts';
import { jetstreamAckWait } from './jetstream-ack-wait.ts';
import { jetstreamNoAck } from './jetstream-no-ack.ts';
import { jetstreamNotDurable } from './jetstream-not-durable.ts';
import { jobNeverCompletes } from './job-never-completes.ts';
import { kafkaNewestOffset } from './kafka-newest-offset.ts';
import { kafkaRebalanceTimeout } from './kafka-rebalance-timeout.ts';
import { listensOnAllAddresses } from './listens-on-all-addresses.ts';
import { livenessBeforeReady } from './liveness-before-ready.ts';
import { memoryLimitWithoutGomemlimit } from './memory-limit-without-gomemlimit.ts';
import { meshInterceptsControlPort } from './mesh-intercepts-control-port.ts';
import { mqttQosZero } from './mqtt-qos-zero.ts';
import { noDisruptionBudget } from './no-disruption-budget.ts';
import { noReadiness } from './no-readiness.ts';
import { notInjected } from './not-injected.ts';
import { notReadyAddresses } from './not-ready-addresses.ts';
import { onFailureJob } from './on-failure-job.ts';
import { preStopOutlastsGrace } from './pre-stop-outlasts-grace.ts';
import { probeTimeoutAboveInterval } from './probe-timeout-above-interval.ts';
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
import { runAsRoot } from './run-as-root.ts';
import { scaleToZeroLosesQueue } from './scale-to-zero-loses-queue.ts';
import { scalerCoolsDownBeforeWork } from './scaler-cools-down-before-work.ts';
import { scopesMissApp } from './scopes-miss-app.ts';
import { shellSwallowsSigterm } from './shell-swallows-sigterm.ts';
import { sidecarImageDiffers } from './sidecar-image-differs.ts';
import { sidecarImageFloats } from './sidecar-image-floats.ts';
import { sqsVisibilityTimeout } from './sqs-visibility-timeout.ts';
import { startupProbeTooShort } from './startup-probe-too-short.ts';
import { subscriptionPubsubUnknown } from './subscription-pubsub-unknown.ts';
import { tokenSecretWithoutKey } from './token-secret-without-key.ts';
import { twoActorStateStores } from './two-actor-state-stores.ts';
import { unknownInitEndpoint } from './unknown-init-endpoint.ts';
import { unknownVolumeMount } from './unknown-volume-mount.ts';
import { workflowRollsAtOnce } from './workflow-rolls-at-once.ts';

/** Every rule that `daps lint` has of its own, in the order of their ids. */
export const rules: readonly Rule[] = [
  actorsWithoutStateStore,
  allReplicasUnavailable,
  appCallsShutdown,
  appHealthCheckOff,
  appMaxConcurrencyGrpc,
  autoscalerNeedsSidecarRequest,
  autoscalerScalesDownFast,
  bindingWaitsForOptions,
  bulkLongerThanGrace,
  circuitBreakerOnApp,
  componentDefinedTwice,
  componentInOtherNamespace,
  concurrencySingleBlocks,
  configNotGiven,
  consumerIdPerPod,
  consumerIdShared,
  deadLetterCollectsShutdown,
  deadLetterWithoutSubscriber,
  deadlineShorterThanWork,
  debugInProduction,
  disruptionBudgetBlocks,
  endpointElsewhere,
  envWithoutValue,
  graceShorterThanDaprShutdown,
  graceShorterThanWork,
  grpcAppHttpProbe,
  grpcDeclarativeSubscription,
  healthPathAsksDaprd,
  helmHook,
  hotReloadRestartsAll,
  inMemoryBroker,
  inboundBreakerDrops,
  initContainerNeedsApp,
  initContainerNeedsDaprd,
  injectedByAnotherVersion,
  jetstreamAckWait,
  jetstreamNoAck,
  jetstreamNotDurable,
  jobNeverCompletes,
  kafkaNewestOffset,
  kafkaRebalanceTimeout,
  listensOnAllAddresses,
  livenessBeforeReady,
  memoryLimitWithoutGomemlimit,
  meshInterceptsControlPort,
  mqttQosZero,
  noDisruptionBudget,
  noReadiness,
  notInjected,
  notReadyAddresses,
  onFailureJob,
  preStopOutlastsGrace,
  probeTimeoutAboveInterval,
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
  runAsRoot,
  scaleToZeroLosesQueue,
  scalerCoolsDownBeforeWork,
  scopesMissApp,
  shellSwallowsSigterm,
  sidecarImageDiffers,
  sidecarImageFloats,
  sqsVisibilityTimeout,
  startupProbeTooShort,
  subscriptionPubsubUnknown,
  tokenSecretWithoutKey,
  twoActorStateStores,
  unknownInitEndpoint,
  unknownVolumeMount,
  workflowRollsAtOnce,
];
