import type { MapValue, Value } from '../manifest/model/value.ts';
import { int } from '../manifest/model/value.ts';
import { itemsOf, nameOf } from '../manifest/object/pod.ts';
import type { AnnotationReader } from './annotation-reader.ts';
import { type ClusterFacts, sentryId } from './cluster.ts';
import { daprdSocketFolder } from './daprd-arguments.ts';
import { trimSpace } from './go-text.ts';
import type { SidecarConfig } from './sidecar-config.ts';

export const socketVolume = 'dapr-unix-domain-socket';
const tokenVolume = 'dapr-identity-token';
export const componentSocketsVolume = 'dapr-components-unix-domain-socket';

/** `volume:path` items of an annotation; what is not of that form is nothing (pkg/injector/patcher/sidecar_volumes.go). */
export const parseMounts = (text: string): readonly { readonly name: string; readonly path: string }[] =>
  text.split(',').flatMap((item) => {
    const parts = trimSpace(item).split(':');
    const [name = '', path = ''] = parts;
    return parts.length === 2 ? [{ name, path }] : [];
  });

/** daprd's mounts, in the injector's order. Volumes the pod has not are passed over. */
export const daprdMounts = (
  reader: AnnotationReader,
  config: SidecarConfig,
  volumes: Value | undefined,
  componentSocketsFolder: string | undefined,
): readonly MapValue[] => {
  const present = new Set(itemsOf(volumes).map(nameOf));
  const own = (annotation: string, isReadOnly: boolean): readonly MapValue[] =>
    parseMounts(reader.text(annotation))
      .filter(({ name }) => present.has(name))
      .map(({ name, path }) => mount(name, path, isReadOnly));
  return [
    ...own('volume-mounts', true),
    ...own('volume-mounts-rw', false),
    ...(config.socketPath === '' ? [] : [mount(socketVolume, daprdSocketFolder, false)]),
    mount(tokenVolume, '/var/run/secrets/dapr.io/sentrytoken', true),
    ...(componentSocketsFolder === undefined ? [] : [mount(componentSocketsVolume, componentSocketsFolder, false)]),
  ];
};

export const mount = (name: string, path: string, isReadOnly: boolean): MapValue & { readonly name: string } => ({
  name,
  mountPath: path,
  ...(isReadOnly ? { readOnly: true } : {}),
});

/** The volumes daprd needs, those left out that the pod has under the same name. */
export const daprdVolumes = (
  config: SidecarConfig,
  cluster: ClusterFacts,
  volumes: Value | undefined,
  components: readonly (MapValue & { readonly name: string })[],
): readonly (MapValue & { readonly name: string })[] => {
  const present = new Set(itemsOf(volumes).map(nameOf));
  const wanted = [
    ...(config.socketPath === '' ? [] : [{ name: socketVolume, emptyDir: { medium: 'Memory' } }]),
    identityToken(cluster),
    ...components,
  ];
  return wanted.filter(({ name }) => !present.has(name));
};

/** A token that says who the pod is, for sentry only. */
const identityToken = (cluster: ClusterFacts): MapValue & { readonly name: string } => ({
  name: tokenVolume,
  projected: {
    defaultMode: int(420),
    sources: [
      {
        serviceAccountToken: { audience: sentryId(cluster), expirationSeconds: int(7200), path: 'token' },
      },
    ],
  },
});
