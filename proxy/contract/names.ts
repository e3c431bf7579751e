/**
 * What the CLI writes into a pod and the sidecar reads there: the only file the two share. Durations are written as
 * Go writes them ("5s"), targets as URLs ("http://127.0.0.1:8080/healthz", "tcp://127.0.0.1:8080",
 * "grpc://127.0.0.1:9090/service", "sleep:10s").
 */

/** The name of the sidecar's container, unique in a pod. */
export const containerName = 'daps';

/** Where daprd finds "the app". Loopback only, and not listening before the app is ready. */
export const appChannelPort = 9696;

/** The control plane, on all addresses: probes, metrics, the app's preStop hook. */
export const controlPort = 9697;
export const controlPortName = 'daps-control';

export const paths = {
  livez: '/livez',
  readyz: '/readyz',
  metrics: '/metrics',
  status: '/daps/status',
  /** The app container's preStop hook: blocks until the pod is drained. */
  appShutdown: '/daps/app-shutdown',
  /** The same for the containers beside the app, which the app may need to the end. */
  containerShutdown: '/daps/container-shutdown',
} as const;

/**
 * How long a caller's daprd may go on to call a pod that is no endpoint any more: it keeps a resolved address for 20 s
 * (Dapr 1.16.5 and 1.18.1, pkg/messaging/direct_messaging.go, resolverCacheTTL), a second more until the pod has left
 * DNS. It retries that address only: a call that finds nobody there fails, after up to a minute.
 */
export const usualCallerDelay = '22s';

/** The port of daprd's metrics, unless `dapr.io/metrics-port` moves them. */
export const usualMetricsPort = 9090;

/** The sidecar's own preStop hook: tells the sidecar, by a signal within their container, that its pod is going. */
export const selfShutdownCommand = ['node', '/daps/daps-sidecar.mjs', 'self-shutdown'] as const;

/**
 * How long an app may take to answer the ready probe: longer than the kubelet's usual 1 s, because it has not warmed
 * up.
 */
export const usualProbeTimeoutS = 5;
/** The pause between two questions once daps has asked the app for some seconds. */
export const usualProbePeriodS = 1;

/** Environment variables of the sidecar. */
export const env = {
  appId: 'DAPS_APP_ID',
  appHost: 'DAPS_APP_HOST',
  appPort: 'DAPS_APP_PORT',
  appProtocol: 'DAPS_APP_PROTOCOL',
  readyProbe: 'DAPS_READY_PROBE',
  /** JSON object of header names and values for the ready probe. */
  readyHeaders: 'DAPS_READY_HEADERS',
  /** How long one answer of the ready probe may take, a duration; left out if it is the usual time. */
  readyProbeTimeout: 'DAPS_READY_PROBE_TIMEOUT',
  /** The ready probe's own period, a duration; left out if it is the usual one. */
  readyProbePeriod: 'DAPS_READY_PROBE_PERIOD',
  /** A duration, or "never". */
  readyTimeout: 'DAPS_READY_TIMEOUT',
  busyUrl: 'DAPS_BUSY_URL',
  /** The app container's own preStop hook, which the sidecar runs after the drain. */
  appPreStop: 'DAPS_APP_PRE_STOP',
  appPreStopHeaders: 'DAPS_APP_PRE_STOP_HEADERS',
  /** "none" if the app has an exec hook of its own, which stays in place of daps' hook. */
  appHook: 'DAPS_APP_HOOK',
  /** The path of the user's own app health check, if one is enabled. */
  appHealthPath: 'DAPS_APP_HEALTH_PATH',
  preStopDelay: 'DAPS_PRE_STOP_DELAY',
  /** Left out if it is the usual one. */
  callerDelay: 'DAPS_CALLER_DELAY',
  gracePeriod: 'DAPS_GRACE_PERIOD',
  drainReserve: 'DAPS_DRAIN_RESERVE',
  giveBackAfter: 'DAPS_GIVE_BACK_AFTER',
  /** "uncertain" if the broker does not redeliver unacknowledged messages; left out otherwise. */
  redelivery: 'DAPS_REDELIVERY',
  replays: 'DAPS_REPLAYS',
  /**
   * Where daprd stands in the list of native sidecars: behind this one as Dapr's injector puts it ("injector"), so that
   * the kubelet ends it first, or before this one ("inline").
   */
  daprd: 'DAPS_DAPRD',
  daprdGrpcPort: 'DAPS_DAPRD_GRPC_PORT',
  /** The port of daprd's metrics, if it is not 9090; "off" if there is none. */
  daprdMetricsPort: 'DAPS_DAPRD_METRICS_PORT',
  /** "true" if daprd waits after its SIGTERM (`dapr.io/block-shutdown-duration`) before it begins to end. */
  daprdBlocksShutdown: 'DAPS_DAPRD_BLOCKS_SHUTDOWN',
  /** Where ports are not as in a pod of their own (tests, the demo): daprd's HTTP API, and the sidecar's two. */
  daprdHttpPort: 'DAPS_DAPRD_HTTP_PORT',
  channelPort: 'DAPS_CHANNEL_PORT',
  controlPort: 'DAPS_CONTROL_PORT',
  /** The folder of daprd's unix sockets, where its API listens there and not on ports. */
  daprdSocketFolder: 'DAPS_DAPRD_SOCKET_FOLDER',
  daprdApiToken: 'DAPS_DAPRD_API_TOKEN',
  logLevel: 'DAPS_LOG_LEVEL',
  podName: 'DAPS_POD_NAME',
  podNamespace: 'DAPS_POD_NAMESPACE',
} as const;
