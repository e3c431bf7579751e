import type { AnnotationReader } from './annotation-reader.ts';
import { type ClusterFacts, serviceAddress } from './cluster.ts';
import { trimSpace } from './go-text.ts';
import { cleanAddress, httpPort, publicPort, type SidecarConfig } from './sidecar-config.ts';
import { isAtLeast } from './version.ts';

/** The folder in which daprd finds its unix sockets, wherever the app has them. */
export const daprdSocketFolder = '/var/run/dapr-sockets';

/** What daprd is started with, after its own name: flags in the injector's order (sidecar_container.go). */
export const daprdArguments = (
  reader: AnnotationReader,
  config: SidecarConfig,
  cluster: ClusterFacts,
): readonly string[] => [
  ...['--dapr-http-port', String(httpPort)],
  ...['--dapr-grpc-port', String(config.grpcPort)],
  ...['--dapr-internal-grpc-port', String(config.internalGrpcPort)],
  ...['--dapr-listen-addresses', reader.text('sidecar-listen-addresses', '[::1],127.0.0.1')],
  ...['--dapr-public-port', String(publicPort)],
  ...['--app-id', config.appId],
  ...['--app-protocol', reader.text('app-protocol', 'http')],
  ...['--log-level', reader.text('log-level', 'info')],
  ...['--dapr-graceful-shutdown-seconds', reader.optionalInt('graceful-shutdown-seconds') ?? '-1'],
  ...['--mode', 'kubernetes'],
  ...['--control-plane-address', serviceAddress('dapr-api', 443, cluster)],
  ...['--sentry-address', serviceAddress('dapr-sentry', 443, cluster)],
  ...appChannel(reader, config),
  ...services(reader, config),
  ...switches(reader, cluster),
  ...limits(reader, config),
  ...late(reader, cluster),
];

const appChannel = (reader: AnnotationReader, config: SidecarConfig): readonly string[] => {
  const appPort = reader.int32('app-port', 0);
  return [
    ...(appPort > 0 ? ['--app-port', String(appPort)] : []),
    ...(config.enableMetrics ? ['--enable-metrics', '--metrics-port', String(config.metricsPort)] : []),
    ...valued('--config', reader.text('config')),
    ...valued('--app-channel-address', reader.text('app-channel-address')),
  ];
};

const services = (reader: AnnotationReader, config: SidecarConfig): readonly string[] => {
  const { placementAddress, actorsService, remindersService } = config;
  const isBlank = isAtLeast(reader.version, '1.15.0') ? trimSpace(placementAddress) === '' : placementAddress === '';
  return [
    ...(isBlank ? valued('--actors-service', actorsService) : ['--placement-host-address', placementAddress]),
    ...valued('--reminders-service', remindersService),
    ...valued('--sentry-request-jwt-audiences', reader.text('sentry-request-jwt-audiences')),
  ];
};

const switches = (reader: AnnotationReader, cluster: ClusterFacts): readonly string[] => {
  const apiLogging = reader.optionalFlag('enable-api-logging');
  const when = (isOn: boolean, flag: string): readonly string[] => (isOn ? [flag] : []);
  return [
    ...(apiLogging === undefined ? [] : [`--enable-api-logging=${apiLogging}`]),
    ...when(reader.flag('disable-builtin-k8s-secret-store'), '--disable-builtin-k8s-secret-store'),
    ...(reader.flag('enable-app-health-check') ? appHealthCheck(reader) : []),
    ...optional('--app-binding-options-timeout', bindingTimeout(reader)),
    ...when(reader.flag('log-as-json'), '--log-as-json'),
    ...when(reader.flag('enable-profiling'), '--enable-profiling'),
    ...when(cluster.mtls, '--enable-mtls'),
    ...when(reader.flag('app-ssl'), '--app-ssl'),
  ];
};

const appHealthCheck = (reader: AnnotationReader): readonly string[] => [
  '--enable-app-health-check',
  ...['--app-health-check-path', reader.text('app-health-check-path', '/healthz')],
  ...['--app-health-probe-interval', String(reader.int32('app-health-probe-interval', 5))],
  ...['--app-health-probe-timeout', String(reader.int32('app-health-probe-timeout', 500))],
  ...['--app-health-threshold', String(reader.int32('app-health-threshold', 3))],
];

/** Only 1.17 leaves out an empty one. */
const bindingTimeout = (reader: AnnotationReader): string | undefined => {
  const text = reader.optionalText('app-binding-options-timeout');
  const isLeftOut = text === '' && reader.version.minor === 17;
  return isLeftOut ? undefined : text;
};

const limits = (reader: AnnotationReader, config: SidecarConfig): readonly string[] => [
  ...optional('--app-max-concurrency', reader.optionalInt('app-max-concurrency')),
  ...optional('--dapr-http-max-request-size', reader.optionalInt('http-max-request-size')),
  ...valued('--max-body-size', reader.text('max-body-size')),
  ...optional('--dapr-http-read-buffer-size', reader.optionalInt('http-read-buffer-size')),
  ...valued('--read-buffer-size', reader.text('read-buffer-size')),
  ...(config.socketPath === '' ? [] : ['--unix-domain-socket', daprdSocketFolder]),
  ...optional('--dapr-block-shutdown-duration', reader.optionalText('block-shutdown-duration')),
  ...optional('--actors-disseminate-timeout', reader.optionalText('actors-disseminate-timeout')),
];

/** Before 1.17.0 the scheduler's address is a variable. */
const late = (reader: AnnotationReader, cluster: ClusterFacts): readonly string[] => {
  const own = cleanAddress(reader, 'scheduler-host-address');
  const fallback = cluster.scheduler ? serviceAddress('dapr-scheduler-server-a', 443, cluster) : undefined;
  const isFlag = isAtLeast(reader.version, '1.17.0');
  return [
    ...optional('--scheduler-host-address', isFlag ? (own ?? fallback) : undefined),
    ...optional('--disable-init-endpoints', reader.optionalText('disable-init-endpoints')),
  ];
};

const optional = (flag: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [flag, value];
const valued = (flag: string, value: string): readonly string[] => (value === '' ? [] : [flag, value]);

/** The debugger, which starts daprd behind it. */
export const debuggerArguments = (port: number): readonly string[] => [
  ...['--listen', `:${port}`],
  '--accept-multiclient',
  '--headless=true',
  '--log',
  '--api-version=2',
  'exec',
  '/daprd',
  '--',
];
