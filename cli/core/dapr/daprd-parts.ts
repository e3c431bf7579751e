import type { MapValue } from '../manifest/model/value.ts';
import { itemsOf, nameOf, textOf } from '../manifest/object/pod.ts';
import type { NamedItem } from '../manifest/write/change.ts';
import { AnnotationReader } from './annotation-reader.ts';
import type { ClusterFacts, Toleration, TrustAnchors } from './cluster.ts';
import { componentsFor, componentVolumes, type PluggableComponent, withSockets } from './component-containers.ts';
import { daprdContainer } from './daprd-container.ts';
import { componentSocketsVariable } from './daprd-environment.ts';
import { httpPort, readSidecarConfig, type SidecarConfig } from './sidecar-config.ts';
import type { DaprVersion } from './version.ts';
import { componentSocketsVolume, daprdMounts, daprdVolumes, mount, socketVolume } from './volume-mounts.ts';

/** Where an inline daprd stands among the pod's own init containers. */
export interface DaprdPlace {
  /** How many of them come before it. */
  readonly behind: number;
  /** Whether the next one calls daprd, and so has to find its API. */
  readonly isWaitedFor: boolean;
}

/** A pod as Dapr's injector would find it, and what it would know besides. */
export interface PodInput {
  readonly annotations: ReadonlyMap<string, string>;
  readonly spec: MapValue;
  /** The pod's name, where it is known before there is a pod. */
  readonly name: string;
  readonly cluster: ClusterFacts;
  readonly version: DaprVersion;
  readonly anchors: TrustAnchors;
  /** The Components of the pod's namespace. */
  readonly components: readonly PluggableComponent[];
  /** Where among the pod's init containers it stands. */
  readonly place: DaprdPlace;
}

/** Everything a pod gets for its daprd. */
export interface DaprdParts {
  /** The components' containers and daprd, in the order they start in. */
  readonly sidecars: readonly NamedItem[];
  /** How many of the pod's own init containers they start after. */
  readonly behind: number;
  readonly volumes: readonly NamedItem[];
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerParts[];
}

/** What is added to one of the pod's own containers. */
export interface ContainerParts {
  readonly name: string;
  readonly env: readonly NamedItem[];
  readonly volumeMounts: readonly NamedItem[];
}

/** What Dapr's injector would patch into a pod (pkg/injector/patcher/sidecar_patcher.go `GetPatch`). */
export const daprdParts = (pod: PodInput): DaprdParts => {
  const reader = new AnnotationReader(pod.annotations, pod.version);
  const config = readSidecarConfig(reader, pod.cluster, pod.name);
  const volumes = pod.spec['volumes'];
  const declared = reader.text('pluggable-components').split(',');
  const own = itemsOf(pod.spec['containers']);
  const isComponent = (container: MapValue): boolean => declared.includes(nameOf(container));
  const injected = reader.flag('inject-pluggable-components') ? componentsFor(config.appId, pod.components) : [];
  const folder =
    injected.length > 0 || own.some(isComponent)
      ? reader.text('pluggable-components-sockets-folder') || pod.cluster.componentSocketsFolder
      : undefined;
  const daprd = daprdContainer({
    reader,
    config,
    cluster: pod.cluster,
    anchors: pod.anchors,
    volumeMounts: daprdMounts(reader, config, volumes, folder),
    componentSocketsFolder: folder,
    isWaitedFor: pod.place.isWaitedFor,
    isCommandMoved: isTolerated(pod.cluster.entrypointTolerations, pod.spec),
  });
  const forComponents = folder === undefined ? [] : componentVolumes(injected);
  return {
    behind: pod.place.behind,
    sidecars: [...injected.map((container) => withSockets(container, folder ?? '')), daprd],
    volumes: daprdVolumes(config, pod.cluster, volumes, forComponents),
    labels: {
      'dapr.io/sidecar-injected': 'true',
      'dapr.io/app-id': config.appId,
      'dapr.io/metrics-enabled': String(config.enableMetrics),
    },
    containers: own.map((container) =>
      isComponent(container) && folder !== undefined
        ? componentAdditions(container, folder)
        : appAdditions(container, config, reader),
    ),
  };
};

/** One of the cluster's tolerations, field by field; one with `tolerationSeconds` is none of them. */
const isTolerated = (known: readonly Toleration[], spec: MapValue): boolean =>
  itemsOf(spec['tolerations']).some((toleration) => {
    const field = (name: string): string => textOf(toleration[name]) ?? '';
    return (
      (toleration['tolerationSeconds'] ?? null) === null &&
      known.some((one) => (['key', 'operator', 'value', 'effect'] as const).every((name) => one[name] === field(name)))
    );
  });

const appAdditions = (container: MapValue, config: SidecarConfig, reader: AnnotationReader): ContainerParts => {
  const protocol = normalProtocol(reader);
  const variables = [
    { name: 'DAPR_HTTP_PORT', value: String(httpPort) },
    { name: 'DAPR_GRPC_PORT', value: String(config.grpcPort) },
    ...(protocol === '' ? [] : [{ name: 'APP_PROTOCOL', value: protocol }]),
  ];
  return {
    name: nameOf(container),
    env: newVariables(container, variables),
    volumeMounts: config.socketPath === '' ? [] : newMounts(container, mount(socketVolume, config.socketPath, false)),
  };
};

const componentAdditions = (container: MapValue, folder: string): ContainerParts => ({
  name: nameOf(container),
  env: newVariables(container, [{ name: componentSocketsVariable, value: folder }]),
  volumeMounts: newMounts(container, mount(componentSocketsVolume, folder, false)),
});

/** What a container has under a name stays (pkg/injector/patcher/patch.go). */
const newVariables = (container: MapValue, wanted: readonly NamedItem[]): readonly NamedItem[] => {
  const present = new Set(itemsOf(container['env']).map(nameOf));
  return wanted.filter(({ name }) => !present.has(name));
};

/** Nor is a mount added where the path or the volume is mounted already. */
const newMounts = (container: MapValue, wanted: NamedItem): readonly NamedItem[] =>
  itemsOf(container['volumeMounts']).some(
    (one) => nameOf(one) === wanted.name || one['mountPath'] === wanted['mountPath'],
  )
    ? []
    : [wanted];

/** What the app is told it speaks; nothing for a word daprd does not know (`GetAppProtocol`). */
const normalProtocol = (reader: AnnotationReader): string => {
  const text = reader.text('app-protocol', 'http').toLowerCase();
  if (text === '') return 'http';
  if (['grpcs', 'https', 'h2c'].includes(text)) return text;
  if (text !== 'http' && text !== 'grpc') return '';
  return reader.flag('app-ssl') ? `${text}s` : text;
};
