import { AnnotationReader } from '../dapr/annotation-reader.ts';
import { parseInt64 } from '../dapr/go-text.ts';
import { isQuantity } from '../dapr/quantity.ts';
import { type DaprVersion, formatVersion, neededVersion, versionedAnnotations } from '../dapr/version.ts';
import { parseMounts } from '../dapr/volume-mounts.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { MapValue } from '../manifest/model/value.ts';
import { itemsOf, nameOf } from '../manifest/object/pod.ts';
import type { Annotations } from './annotations.ts';

/** Annotations with a number, and what Dapr's injector takes where it is none (pkg/injector/patcher/sidecar.go). */
const numbers: Readonly<Record<string, string>> = {
  'app-max-concurrency': 'no limit',
  'http-max-request-size': "daprd's default",
  'http-read-buffer-size': "daprd's default",
  'app-health-probe-interval': '5',
  'app-health-probe-timeout': '500',
  'app-health-threshold': '3',
  'sidecar-liveness-probe-delay-seconds': 'its default',
  'sidecar-liveness-probe-timeout-seconds': 'its default',
  'sidecar-liveness-probe-period-seconds': 'its default',
  'sidecar-liveness-probe-threshold': 'its default',
  'sidecar-readiness-probe-delay-seconds': 'its default',
  'sidecar-readiness-probe-timeout-seconds': 'its default',
  'sidecar-readiness-probe-period-seconds': 'its default',
  'sidecar-readiness-probe-threshold': 'its default',
};
const quantities = ['sidecar-cpu-request', 'sidecar-cpu-limit', 'sidecar-memory-request', 'sidecar-memory-limit'];

/** What Dapr's injector passes over without a word; daps does the same, with one. */
export const checkIgnored = (annotations: Annotations, spec: MapValue, version: DaprVersion): readonly Problem[] => {
  const reader = new AnnotationReader(annotations.texts, version);
  const at = (annotation: string) => [...annotations.path, annotation];
  const ignored = (name: string, text: string, what: string, effect: string, instead: string): Problem =>
    problem(
      'ignored-dapr-annotation',
      { annotation: `dapr.io/${name}`, text, what, effect, instead },
      at(`dapr.io/${name}`),
    );
  const wrongNumber = (name: string, taken: string): readonly Problem[] => {
    const text = reader.optionalText(name);
    return text === undefined || parseInt64(text) !== undefined
      ? []
      : [ignored(name, text, 'is no whole number', `takes ${taken}`, `dapr.io/${name}: "5"`)];
  };
  const wrongQuantity = (name: string): readonly Problem[] => {
    const text = reader.text(name);
    return text === '' || isQuantity(text)
      ? []
      : [
          ignored(
            name,
            text,
            'is no quantity',
            'gives daprd no resources at all',
            `dapr.io/${name}: "${name.includes('cpu') ? '100m' : '250Mi'}"`,
          ),
        ];
  };
  const wrongMounts = (name: string): readonly Problem[] => {
    const text = reader.text(name);
    const volumes = itemsOf(spec['volumes']).map(nameOf);
    const items = text.split(',').filter((item) => item.trim() !== '');
    const lost = items.filter((item) => !parseMounts(item).some((mount) => volumes.includes(mount.name)));
    const instead = volumes[0] === undefined ? 'a volume under spec.volumes' : `dapr.io/${name}: "${volumes[0]}:/path"`;
    return lost.map((item) =>
      ignored(name, text, `names no volume of this pod in "${item.trim()}"`, 'passes over it', instead),
    );
  };
  const wrongEnv = (name: string): readonly Problem[] => {
    const text = reader.text(name);
    return text === '' || text.includes('=')
      ? []
      : [ignored(name, text, 'holds no NAME=value', 'sets nothing', `dapr.io/${name}: "NAME=value"`)];
  };
  return [
    ...Object.entries(numbers).flatMap(([name, taken]) => wrongNumber(name, taken)),
    ...quantities.flatMap(wrongQuantity),
    ...['volume-mounts', 'volume-mounts-rw'].flatMap(wrongMounts),
    ...['env', 'env-from-secret'].flatMap(wrongEnv),
    ...versionedAnnotations.flatMap((annotation) => {
      const needed = annotations.texts.has(annotation) ? neededVersion(annotation, version) : undefined;
      const own = formatVersion(version);
      return needed === undefined
        ? []
        : [problem('annotation-too-new', { annotation, needed, version: own }, at(annotation))];
    }),
  ];
};
