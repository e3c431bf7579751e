import { int, type MapValue } from '../manifest/model/value.ts';
import type { AnnotationReader } from './annotation-reader.ts';
import type { ClusterFacts, TrustAnchors } from './cluster.ts';
import { daprdArguments, debuggerArguments } from './daprd-arguments.ts';
import { daprdEnvironment } from './daprd-environment.ts';
import { isQuantity } from './quantity.ts';
import { httpPort, publicPort, type SidecarConfig } from './sidecar-config.ts';
import { isAtLeast } from './version.ts';

export interface DaprdInput {
  readonly reader: AnnotationReader;
  readonly config: SidecarConfig;
  readonly cluster: ClusterFacts;
  readonly anchors: TrustAnchors;
  readonly volumeMounts: readonly MapValue[];
  readonly componentSocketsFolder: string | undefined;
  /** Whether a toleration of the pod says that the image's entrypoint is overridden there. */
  readonly isCommandMoved: boolean;
  /** Whether an init container calls daprd, and so must not start before its API is there. */
  readonly isWaitedFor: boolean;
}

/**
 * daprd as Dapr's injector makes it for these annotations (pkg/injector/patcher/sidecar_container.go), as a native
 * sidecar. What daprd needs may be a container that starts later, so that nothing waits for it that does not call it.
 */
export const daprdContainer = (input: DaprdInput): MapValue & { readonly name: string } => {
  const { reader, config, cluster } = input;
  const environment = daprdEnvironment(reader, cluster, input.anchors, input.componentSocketsFolder);
  const image = reader.text('sidecar-image', cluster.image);
  return {
    name: 'daprd',
    ...(image === '' ? {} : { image }),
    imagePullPolicy: cluster.imagePullPolicy,
    restartPolicy: 'Always',
    ...commandLine(input),
    ports: ports(config),
    env: environment,
    ...resources(reader),
    ...(input.volumeMounts.length === 0 ? {} : { volumeMounts: input.volumeMounts }),
    ...(input.isWaitedFor ? { startupProbe } : {}),
    ...probes(reader),
    securityContext: securityContext(
      reader,
      cluster,
      environment.some(({ name }) => name === 'SSL_CERT_DIR'),
    ),
  };
};

const startupProbe: MapValue = {
  httpGet: { path: '/v1.0/healthz/outbound', port: int(publicPort) },
  periodSeconds: int(1),
  failureThreshold: int(120),
};

const commandLine = ({ reader, config, cluster, isCommandMoved }: DaprdInput): MapValue => {
  const { debugPort } = config;
  const flags = daprdArguments(reader, config, cluster);
  const command = debugPort === undefined ? '/daprd' : '/dlv';
  const args = debugPort === undefined ? flags : [...debuggerArguments(debugPort), ...flags];
  return isCommandMoved ? { command: [command], args } : { args: [command, ...args] };
};

const ports = ({ grpcPort, internalGrpcPort, metricsPort, debugPort }: SidecarConfig): readonly MapValue[] => [
  { name: 'dapr-http', containerPort: int(httpPort) },
  { name: 'dapr-grpc', containerPort: int(grpcPort) },
  { name: 'dapr-internal', containerPort: int(internalGrpcPort) },
  { name: 'dapr-metrics', containerPort: int(metricsPort) },
  ...(debugPort === undefined ? [] : [{ name: 'dapr-debug', containerPort: int(debugPort) }]),
];

/** The defaults before and from 1.18.0 on: delay, timeout, period, threshold. */
const probeDefaults = {
  old: { liveness: [3, 3, 6, 3], readiness: [3, 3, 6, 3] },
  new: { liveness: [180, 3, 10, 5], readiness: [1, 1, 1, 5] },
} as const;

/** Before 1.15.2 Dapr's liveness probe asks `/v1.0/healthz`, which is not well before the gate is open. */
const probes = (reader: AnnotationReader): MapValue => {
  const defaults = probeDefaults[isAtLeast(reader.version, '1.18.0') ? 'new' : 'old'];
  return {
    readinessProbe: {
      httpGet: { path: '/v1.0/healthz', port: int(publicPort) },
      ...timing(reader, 'readiness', defaults.readiness),
    },
    livenessProbe: { tcpSocket: { port: int(publicPort) }, ...timing(reader, 'liveness', defaults.liveness) },
  };
};

/** A zero is left out, as Go's JSON does; the API server then takes its own default. */
const timing = (
  reader: AnnotationReader,
  probe: 'liveness' | 'readiness',
  [delay, timeout, period, threshold]: readonly [number, number, number, number],
): MapValue => {
  const seconds = (name: string, fallback: number): number => reader.int32(`sidecar-${probe}-probe-${name}`, fallback);
  return nonZero({
    initialDelaySeconds: seconds('delay-seconds', delay),
    timeoutSeconds: seconds('timeout-seconds', timeout),
    periodSeconds: seconds('period-seconds', period),
    failureThreshold: seconds('threshold', threshold),
  });
};

const nonZero = (numbers: Readonly<Record<string, number>>): MapValue =>
  Object.fromEntries(
    Object.entries(numbers)
      .filter(([, number]) => number !== 0)
      .map(([key, number]) => [key, int(number)]),
  );

/** One quantity that is none, and none of them is set. They stand as they were written. */
const resources = (reader: AnnotationReader): MapValue => {
  const quantities = (kind: 'request' | 'limit'): Readonly<Record<string, string>> =>
    Object.fromEntries(
      ['cpu', 'memory']
        .map((name) => [name, reader.text(`sidecar-${name}-${kind}`)] as const)
        .filter(([, text]) => text !== ''),
    );
  const requests = quantities('request');
  const limits = quantities('limit');
  const all = [...Object.values(requests), ...Object.values(limits)];
  if (all.length === 0 || !all.every(isQuantity)) return {};
  return {
    resources: {
      ...(Object.keys(requests).length === 0 ? {} : { requests }),
      ...(Object.keys(limits).length === 0 ? {} : { limits }),
    },
  };
};

/** Certificates are installed by an administrator on Windows: with SSL_CERT_DIR the rest is loosened. */
const securityContext = (reader: AnnotationReader, cluster: ClusterFacts, hasCertificates: boolean): MapValue => {
  const seccomp = reader.text('sidecar-seccomp-profile-type');
  const canChoose = isAtLeast(reader.version, '1.14.3') && !hasCertificates;
  const { runAsUser, runAsGroup } = cluster;
  return {
    allowPrivilegeEscalation: false,
    ...(cluster.dropAllCapabilities ? { capabilities: { drop: ['ALL'] } } : {}),
    readOnlyRootFilesystem: cluster.readOnlyRootFilesystem && !hasCertificates,
    runAsNonRoot: cluster.runAsNonRoot && !hasCertificates,
    ...(canChoose && runAsUser !== undefined ? { runAsUser: int(runAsUser) } : {}),
    ...(canChoose && runAsGroup !== undefined ? { runAsGroup: int(runAsGroup) } : {}),
    ...(seccomp === '' ? {} : { seccompProfile: { type: seccomp } }),
    ...(hasCertificates ? { windowsOptions: { runAsUserName: 'ContainerAdministrator' } } : {}),
  };
};
