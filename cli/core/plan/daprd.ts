import type { ClusterFacts, TrustAnchors } from '../dapr/cluster.ts';
import { componentsFor, type PluggableComponent } from '../dapr/component-containers.ts';
import { type DaprdParts, daprdParts } from '../dapr/daprd-parts.ts';
import { isTruthy } from '../dapr/truthy.ts';
import {
  type DaprVersion,
  formatVersion,
  isAtLeast,
  isBelow,
  isNewerThanKnown,
  newestKnown,
  oldestKnown,
  parseVersion,
  versionOfImage,
} from '../dapr/version.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/model/path.ts';
import type { MapValue } from '../manifest/model/value.ts';
import type { WorkloadSettings } from '../settings/resolve-workload.ts';
import type { Annotations } from './annotations.ts';
import { daprdPlace } from './daprd-place.ts';
import { checkIgnored } from './ignored-annotations.ts';

const injectComponents = 'dapr.io/inject-pluggable-components';

/** What is known of the cluster and of the other objects of the stream. */
export interface DaprdContext {
  readonly cluster: ClusterFacts;
  readonly anchors: TrustAnchors | undefined;
  readonly daprVersion: string | undefined;
  /** The Components of the workload's namespace. */
  readonly components: readonly PluggableComponent[];
  /** Those that may be of the workload's namespace or not, because only one of the two names one. */
  readonly doubtful: readonly PluggableComponent[];
  readonly workloadNamespace: string;
}

/** Who puts daprd into a pod. */
export type Daprd =
  | { readonly by: 'injector' }
  | { readonly by: 'inline'; readonly parts: DaprdParts; readonly version: string };

/** `inline`, or `auto` with trust anchors. */
export const isInline = (settings: WorkloadSettings, context: Pick<DaprdContext, 'anchors'>): boolean =>
  settings.daprd === 'inline' || (settings.daprd === 'auto' && context.anchors !== undefined);

/** Dapr's injector makes native sidecars from 1.18 on. */
export const checkInjector = (context: DaprdContext, path: Annotations['path']): readonly Problem[] => {
  const version = context.daprVersion;
  return version !== undefined && isBelow(version, '1.18.0')
    ? [problem('dapr-version-too-old', { version }, path)]
    : [];
};

export interface PodFacts {
  readonly annotations: Annotations;
  /** The annotations that are to say something else. */
  readonly steered: ReadonlyMap<string, string>;
  readonly spec: MapValue;
  readonly name: string;
  readonly daprdPorts: readonly number[];
}

/** daprd as Dapr's injector of the image's version would make it, and what there is to say about it. */
export const planInline = (
  pod: PodFacts,
  settings: WorkloadSettings,
  context: DaprdContext,
): { readonly daprd: Daprd | undefined; readonly problems: readonly Problem[] } => {
  const { texts, path } = pod.annotations;
  const { anchors, cluster } = context;
  const own = texts.get('dapr.io/sidecar-image') || undefined;
  const image = own ?? cluster.image;
  const at = own === undefined ? path : [...path, 'dapr.io/sidecar-image'];
  const version = versionOfImage(image) ?? parseVersion(context.daprVersion ?? '');
  if (anchors === undefined)
    return {
      daprd: undefined,
      problems: [problem('no-trust-anchors', { spelling: settings.spellingOf('daprd') }, path)],
    };
  if (version === undefined || image === '') return { daprd: undefined, problems: [unknownVersion(own, image, at)] };
  const { place, problems: placeProblems } = daprdPlace(pod.spec, settings, pod.daprdPorts);
  const problems = [
    ...placeProblems,
    ...checkVersion(version, own, at),
    ...checkIgnored(pod.annotations, pod.spec, version),
    ...checkDoubtful(pod, context),
  ];
  const parts = daprdParts({
    annotations: new Map([...texts, ...pod.steered]),
    spec: pod.spec,
    name: pod.name,
    cluster,
    version,
    anchors,
    components: context.components,
    place,
  });
  return { daprd: { by: 'inline', parts, version: formatVersion(version) }, problems };
};

const checkDoubtful = ({ annotations, name }: PodFacts, context: DaprdContext): readonly Problem[] => {
  if (!isTruthy(annotations.texts.get(injectComponents) ?? '')) return [];
  const meant = componentsFor(annotations.texts.get('dapr.io/app-id') ?? name, context.doubtful);
  const found = context.doubtful.find((one) => meant.some(({ image }) => image === one.container['image']));
  if (found === undefined) return [];
  const namespace = found.namespace || context.workloadNamespace;
  return [problem('unknown-namespace', { component: found.name, namespace }, [...annotations.path, injectComponents])];
};

/** A workload's own image is its own: it is left alone. An image of the run is for all of them, and wrong. */
const unknownVersion = (own: string | undefined, image: string, path: Path): Problem =>
  own === undefined
    ? problem('unknown-daprd-version', { image }, path)
    : problem('unknown-sidecar-image', { image: own }, path);

const checkVersion = (version: DaprVersion, own: string | undefined, path: Path): readonly Problem[] => {
  const text = formatVersion(version);
  if (!isAtLeast(version, oldestKnown))
    return [
      own === undefined
        ? problem('daprd-too-old', { version: text }, path)
        : problem('sidecar-image-too-old', { image: own }, path),
    ];
  if (isNewerThanKnown(version))
    return [problem('daprd-newer-than-known', { version: text, known: newestKnown }, path)];
  return isAtLeast(version, '1.18.0') ? [] : [problem('webhook-adds-second-daprd', { version: text }, path)];
};
