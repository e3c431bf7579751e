import fc from 'fast-check';

const flags = ['true', 'false', '', 'yes', ' TRUE ', '1', 'ja', 'on', 'y', 'off'];
const ports = [
  '51001',
  '',
  'abc',
  '0',
  '-1',
  '65535',
  '65536',
  '2147483648',
  '9223372036854775808',
  '+7000',
  '1.5',
  ' 9',
];
const seconds = ['7', '', 'x', '0', '-3', '2147483647', '4294967299', '99999999999999999999', '+12', '3s', '1e3'];
const quantities = [
  '100m',
  '',
  'much',
  '0',
  '0.5',
  '1.5Gi',
  '1Ki',
  '1ki',
  '1e3',
  '1E3',
  '1E',
  '.5',
  '5.',
  '.',
  '-',
  '+1',
  '-1',
  ' 1',
  '1_000',
  '0x10',
  'Ki',
  'm',
  'e3',
  '+',
  '1e99',
  '1e',
  '1Kii',
  '1.23456789012',
  '0.0000000001',
  '12345678901234567890',
];
const words = ['word', '', 'two words', ' ', 'ü🎉', '$(POD_NAME)', '--flag', 'a,b', '"q"', "it's", 'x\ny', '#x'];
const durations = ['5s', '', 'x', '60', '0', '-1s', '1h2m3.5s', ' '];
const lists = [
  'A=b',
  '',
  'no equals',
  'A=b,C=d',
  'A=b, C = d,E=',
  'A=b,c,d,E=f=g',
  '=x',
  'A=',
  ' A=b ,\nB=c\t',
  'A=a:b,B=c:d:e,C=f',
  'SSL_CERT_DIR=/certs',
  '1A=b,2B=c',
  'A=b,,C=d',
  'A=b,_C=d,',
  'NAMESPACE=x,POD_NAME=y',
];
const mounts = [
  'data:/data',
  '',
  'data:/a,logs:/b',
  'missing:/x',
  'data',
  'data:/a:rw',
  ' data:/a , logs:/b ',
  ':/a',
  'data:',
  'data:/a,data:/b',
  'dapr-identity-token:/t',
];
const addresses = ['host:1', '', ' ', '""', "''", '" host:2 "', "'x:1'", 'a:1,b:2', '"'];

/** Values of every annotation the injector reads: right, empty, wrong, and at the edge. The first one is right. */
export const annotationValues: Readonly<Record<string, readonly string[]>> = {
  'app-id': ['shop', 'a', 'x'.repeat(58), '0-1'],
  'app-port': ports,
  'app-protocol': ['grpc', '', 'http', 'https', 'grpcs', 'h2c', 'HTTP', 'Grpc', 'tcp', 'http '],
  'app-ssl': flags,
  'app-channel-address': ['127.0.0.1', '', '10.0.0.1', 'localhost', '::1'],
  'app-max-concurrency': seconds,
  config: words,
  'log-level': ['debug', '', 'loud', 'info'],
  'log-as-json': flags,
  'enable-api-logging': flags,
  'enable-profiling': flags,
  'enable-metrics': flags,
  'metrics-port': ports,
  'enable-debug': flags,
  'debug-port': ports,
  'grpc-port': ports,
  'internal-grpc-port': ports,
  'sidecar-listen-addresses': ['0.0.0.0', '', '[::1],127.0.0.1', 'x y'],
  'api-token-secret': ['token', '', 'To ken'],
  'app-token-secret': ['app-token', '', 'To ken'],
  env: lists,
  'env-from-secret': lists,
  'sidecar-cpu-request': quantities,
  'sidecar-cpu-limit': quantities,
  'sidecar-memory-request': quantities,
  'sidecar-memory-limit': quantities,
  'sidecar-image': ['registry.example/daprd@sha256:ab', '', 'registry.example:5000/daprd'],
  'sidecar-seccomp-profile-type': ['RuntimeDefault', '', 'Odd'],
  'sidecar-liveness-probe-delay-seconds': seconds,
  'sidecar-liveness-probe-timeout-seconds': seconds,
  'sidecar-liveness-probe-period-seconds': seconds,
  'sidecar-liveness-probe-threshold': seconds,
  'sidecar-readiness-probe-delay-seconds': seconds,
  'sidecar-readiness-probe-timeout-seconds': seconds,
  'sidecar-readiness-probe-period-seconds': seconds,
  'sidecar-readiness-probe-threshold': seconds,
  'http-max-request-size': seconds,
  'max-body-size': quantities,
  'http-read-buffer-size': seconds,
  'read-buffer-size': quantities,
  'graceful-shutdown-seconds': seconds,
  'block-shutdown-duration': durations,
  'unix-domain-socket-path': ['/sockets', '', '/a/mounted/path', '/var/run/dapr-sockets'],
  'volume-mounts': mounts,
  'volume-mounts-rw': mounts,
  'disable-builtin-k8s-secret-store': flags,
  'enable-app-health-check': flags,
  'app-health-check-path': ['/health', '', 'odd'],
  'app-health-probe-interval': seconds,
  'app-health-probe-timeout': seconds,
  'app-health-threshold': seconds,
  'placement-host-address': addresses,
  'actors-disseminate-timeout': durations,
  'scheduler-host-address': addresses,
  'sentry-request-jwt-audiences': words,
  'disable-init-endpoints': ['config', '', 'config,subscribe', 'odd'],
  'pluggable-components': ['store', '', 'store,app', ' store', 'nobody', 'store,'],
  'pluggable-components-sockets-folder': ['/components', '', '/a/mounted/path'],
  'inject-pluggable-components': flags,
  'component-container': ['{"image":"x"}', '', '{'],
  'sidecar-svc-annotations': ['a=b', ''],
  'enable-native-sidecar': flags,
};

export type AnnotationSet = Readonly<Record<string, string>>;

const names = Object.keys(annotationValues);
const valuesOf = (name: string): readonly string[] => annotationValues[name] ?? [];

/** Each annotation alone, with each of its values. */
export const singles: readonly AnnotationSet[] = names.flatMap((name) =>
  valuesOf(name).map((value) => ({ [name]: value })),
);

/** Each two annotations, each with a value that says something. */
export const pairs: readonly AnnotationSet[] = names.flatMap((first, index) =>
  names.slice(index + 1).flatMap((second) => {
    const [a = '', b = ''] = [valuesOf(first)[0], valuesOf(second)[0]];
    return [{ [first]: a, [second]: b }];
  }),
);

/** Any of them together, with any values; a third of them, so that the sets differ. */
export const combinations: fc.Arbitrary<AnnotationSet> = fc
  .tuple(
    ...names.map((name) =>
      fc.oneof(
        { weight: 2, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom(...valuesOf(name)) },
      ),
    ),
  )
  .map((values) =>
    Object.fromEntries(
      names.flatMap((name, index) => {
        const value = values[index];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  );
