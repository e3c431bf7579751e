import { formatDuration } from '../../../../proxy/contract/duration.ts';
import {
  containerName,
  controlPort,
  controlPortName,
  env,
  selfShutdownCommand,
  usualCallerDelay,
  usualMetricsPort,
} from '../../../../proxy/contract/names.ts';
import { unreachable } from '../../../../proxy/contract/unreachable.ts';
import { daprdSocketFolder } from '../../dapr/daprd-arguments.ts';
import { socketVolume } from '../../dapr/volume-mounts.ts';
import { int, type MapValue } from '../../manifest/model/value.ts';
import type { Change } from '../../manifest/write/change.ts';
import { appUrl, gateOf } from '../../plan/gate.ts';
import type { HttpTarget } from '../../plan/http-target.ts';
import type { InjectFacts } from '../../plan/plan.ts';
import type { SidecarSecurity } from '../../plan/sidecar-security.ts';
import type { Pass } from './pass.ts';

/** The daps container, a native sidecar: beside an inline daprd, else before the user's own init containers. */
export const sidecar: Pass = ({ facts, image }) => [
  ...(facts.dapr.socketFolder === undefined || facts.daprd.by === 'inline' || facts.volumes.includes(socketVolume)
    ? []
    : [socketVolumeChange]),
  {
    op: 'insert',
    path: ['spec', 'initContainers'],
    behind: facts.daprd.by === 'inline' ? facts.daprd.parts.behind : 0,
    before: 'containers',
    items: [container(facts, image)],
  },
];

/** The injector adds no volume that is there already, but mounts it (sidecar_volumes.go). */
const socketVolumeChange: Change = {
  op: 'insert',
  path: ['spec', 'volumes'],
  items: [{ name: socketVolume, emptyDir: { medium: 'Memory' } }],
};

const container = (facts: InjectFacts, image: string): MapValue & { readonly name: string } => {
  const { settings } = facts;
  return {
    name: containerName,
    image,
    ...(settings.imagePullPolicy === undefined ? {} : { imagePullPolicy: settings.imagePullPolicy }),
    restartPolicy: 'Always',
    ports: [{ name: controlPortName, containerPort: int(controlPort), protocol: 'TCP' }],
    env: environment(facts),
    lifecycle: { preStop: { exec: { command: [...selfShutdownCommand] } } },
    ...resources(facts),
    securityContext: securityContext(facts.security),
    ...(facts.dapr.socketFolder === undefined
      ? {}
      : { volumeMounts: [{ name: socketVolume, mountPath: daprdSocketFolder }] }),
  };
};

const securityContext = ({ runAsUser, seccompProfile, appArmorProfile }: SidecarSecurity): MapValue => ({
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  ...(runAsUser === undefined ? {} : { runAsUser: int(runAsUser) }),
  ...(seccompProfile === undefined ? {} : { seccompProfile: { type: seccompProfile } }),
  ...(appArmorProfile === undefined ? {} : { appArmorProfile: { type: appArmorProfile } }),
});

const resources = ({ settings, resourceClass }: InjectFacts): MapValue => {
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = settings;
  switch (resourceClass) {
    case 'of-the-pod':
      return {};
    case 'guaranteed': {
      const all = { cpu: cpuLimit ?? guaranteedCpu, memory: memoryLimit ?? memoryRequest };
      return { resources: { requests: all, limits: all } };
    }
    case 'usual': {
      const limits = {
        ...(cpuLimit === undefined ? {} : { cpu: cpuLimit }),
        ...(memoryLimit === undefined ? {} : { memory: memoryLimit }),
      };
      return { resources: { requests: { cpu: cpuRequest, memory: memoryRequest }, limits } };
    }
    default:
      return unreachable(resourceClass);
  }
};

/** Some 4,000 requests a second, at 25 µs each (proxy/MEASUREMENTS.md). */
const guaranteedCpu = '100m';

const environment = (facts: InjectFacts): readonly MapValue[] => {
  const { dapr, settings, preStop } = facts;
  const { target: ready, timeoutMs, answerSeconds, periodSeconds } = gateOf(facts);
  const hook = preStop.kind === 'target' ? preStop.target : undefined;
  const texts: readonly (readonly [string, string | undefined])[] = [
    [env.appId, dapr.appId],
    [env.appHost, dapr.appHost],
    [env.appPort, String(dapr.appPort)],
    [env.appProtocol, dapr.appProtocol],
    [env.readyProbe, literal(ready.url)],
    [env.readyHeaders, headersText(ready)],
    [env.readyProbeTimeout, answerSeconds === undefined ? undefined : formatDuration(answerSeconds * 1000)],
    [env.readyProbePeriod, periodSeconds === undefined ? undefined : formatDuration(periodSeconds * 1000)],
    [env.readyTimeout, timeoutMs === 'never' ? timeoutMs : formatDuration(timeoutMs)],
    [env.busyUrl, settings.busyPath === undefined ? undefined : literal(appUrl(facts, settings.busyPath))],
    [env.appPreStop, literal(hook?.url)],
    [env.appPreStopHeaders, hook === undefined ? undefined : headersText(hook)],
    [env.appHook, preStop.kind === 'exec' ? 'none' : undefined],
    [env.appHealthPath, literal(dapr.appHealthPath)],
    [env.preStopDelay, formatDuration(settings.preStopDelayMs)],
    [env.callerDelay, unlessUsual(formatDuration(settings.callerDelayMs), usualCallerDelay)],
    [env.gracePeriod, formatDuration(facts.graceSeconds * 1000)],
    [env.drainReserve, formatDuration(settings.drainReserveMs)],
    [env.giveBackAfter, formatDuration(settings.giveBackAfterMs)],
    [env.redelivery, facts.redelivery === 'uncertain' ? facts.redelivery : undefined],
    [env.replays, String(settings.replays)],
    [env.daprd, facts.daprdPlace === 'behind' ? 'injector' : 'inline'],
    [env.daprdGrpcPort, String(dapr.grpcPort)],
    [env.daprdMetricsPort, unlessUsual(String(dapr.metricsPort ?? 'off'), String(usualMetricsPort))],
    [env.daprdBlocksShutdown, dapr.blocksShutdown && facts.daprdPlace === 'behind' ? 'true' : undefined],
    [env.daprdSocketFolder, dapr.socketFolder === undefined ? undefined : daprdSocketFolder],
    [env.logLevel, settings.logLevel],
  ];
  return [
    ...texts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
    { name: env.podName, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: env.podNamespace, valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ...(dapr.apiTokenSecret === undefined
      ? []
      : [{ name: env.daprdApiToken, valueFrom: { secretKeyRef: { name: dapr.apiTokenSecret, key: 'token' } } }]),
  ];
};

const unlessUsual = (text: string, usual: string): string | undefined => (text === usual ? undefined : text);

const headersText = (target: HttpTarget): string | undefined =>
  Object.keys(target.headers).length === 0 ? undefined : literal(JSON.stringify(target.headers));

/** The kubelet puts variables in the place of $(NAME), and reads $$ as one (kubernetes third_party/forked/golang/expansion). */
const literal = <T extends string | undefined>(text: T): T => text?.replaceAll('$', '$$$$') as T;
