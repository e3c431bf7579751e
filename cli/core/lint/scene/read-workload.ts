import { parseDurationMs } from '../../../../proxy/contract/duration.ts';
import { containerName } from '../../../../proxy/contract/names.ts';
import { type DaprVersion, formatVersion, versionOfImage } from '../../dapr/version.ts';
import type { InjectContext } from '../../inject/inject.ts';
import { type Path, valueAt } from '../../manifest/model/path.ts';
import type { MapValue } from '../../manifest/model/value.ts';
import { itemsOf, mapOf, nameOf, numberOf, textOf } from '../../manifest/object/pod.ts';
import { pathInObject, templateOf, type WorkloadKind } from '../../manifest/object/workload.ts';
import { readAnnotations, statusAnnotation } from '../../plan/annotations.ts';
import { findAppContainer } from '../../plan/app-container.ts';
import { readDaprFacts } from '../../plan/dapr-checks.ts';
import { isInline } from '../../plan/daprd.ts';
import { graceSeconds } from '../../plan/grace.ts';
import { meshContainers } from '../../plan/mesh.ts';
import { overridesOf } from '../../settings/override.ts';
import { resolveWorkloadSettings } from '../../settings/resolve-workload.ts';
import type { ReadObject } from './read-scene.ts';
import type { LintContainer, LintFacts, LintWorkload } from './scene.ts';

/** The annotation that tells lint how long one piece of work takes at most: `lint.daps.io/longest-work: "45s"`. */
export const longestWorkAnnotation = 'lint.daps.io/longest-work';

/** What rules need to know of one workload. */
export const readWorkload = (
  object: ReadObject,
  kind: WorkloadKind,
  context: InjectContext,
  options: LintFacts,
): LintWorkload => {
  const { ref, value, written, spot } = object;
  const template = templateOf(value, kind);
  const spec = mapOf(template['spec']);
  const { annotations } = readAnnotations(template);
  const { texts } = annotations;
  const namespace = ref.namespace || options.namespace;
  const layers = [overridesOf(context.overrides, ref, namespace), context.base];
  const { settings } = resolveWorkloadSettings(layers, texts, annotations.path, () => true);
  const { facts: dapr } = readDaprFacts(annotations);
  const containersIn = (list: 'containers' | 'initContainers'): readonly LintContainer[] =>
    itemsOf(spec[list]).map((one) => ({
      name: nameOf(one),
      value: one,
      path: pathInObject(kind, ['spec', list, { name: nameOf(one) }]),
    }));
  const containers = containersIn('containers');
  const allAnnotations = mapOf(valueAt(template, ['metadata', 'annotations']));
  return {
    ref,
    value,
    spot,
    kind,
    spec,
    annotations: texts,
    allAnnotations,
    dapr,
    settings,
    appId: dapr.appId ?? ref.name,
    namespace,
    isInline: settings.enabled && isInline(settings, context),
    app: appOf(spec, settings.container, dapr, containers),
    containers,
    initContainers: containersIn('initContainers'),
    replicas: numberOf(valueAt(value, ['spec', 'replicas'])),
    graceSeconds: graceSeconds(spec, settings).seconds,
    longestWorkMs: parseDurationMs(textOf(allAnnotations[longestWorkAnnotation]) ?? ''),
    daprVersion: daprdVersion(texts, context, options),
    status: textOf(valueAt(written, pathInObject(kind, ['metadata', 'annotations', statusAnnotation]))),
    sidecarVersion: sidecarVersion(written, pathInObject(kind, ['spec', 'initContainers'])),
  };
};

const appOf = (
  spec: MapValue,
  wanted: LintWorkload['settings']['container'],
  dapr: LintWorkload['dapr'],
  containers: readonly LintContainer[],
): LintContainer | undefined => {
  if (dapr.appPort === undefined) return undefined;
  const notTheApp = [...dapr.pluggable, ...meshContainers];
  const found = findAppContainer(itemsOf(spec['containers']), wanted, dapr.appPort, notTheApp);
  return found.ok ? containers.find(({ value }) => value === found.value) : undefined;
};

const daprdVersion = (
  annotations: ReadonlyMap<string, string>,
  { cluster }: InjectContext,
  { daprVersion }: LintFacts,
): DaprVersion | undefined => {
  const own = annotations.get('dapr.io/sidecar-image');
  return own === undefined ? (versionOfImage(cluster.image) ?? daprVersion) : versionOfImage(own);
};

const sidecarVersion = (written: MapValue, path: Path): string | undefined => {
  const sidecar = itemsOf(valueAt(written, path)).find((one) => nameOf(one) === containerName);
  const version = versionOfImage(textOf(sidecar?.['image']) ?? '');
  return version === undefined ? undefined : formatVersion(version);
};
