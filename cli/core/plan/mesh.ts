import { controlPort } from '../../../proxy/contract/names.ts';
import { valueAt } from '../manifest/model/path.ts';
import type { MapValue, Value } from '../manifest/model/value.ts';
import { itemsOf, mapOf, nameOf, textOf } from '../manifest/object/pod.ts';
import type { MeshName } from '../settings/mesh-names.ts';
import type { WorkloadSettings } from '../settings/resolve-workload.ts';

/** A service mesh that redirects a pod's traffic, and how a pod says that it is in it. */
interface Mesh {
  readonly name: MeshName;
  /** A label or annotation that switches the proxy on or off, and the words for on. */
  readonly switches: readonly { readonly key: string; readonly on: readonly string[] }[];
  /** Prefixes of annotations and labels that only pods of the mesh have. */
  readonly prefixes: readonly string[];
  /** The container that its injector adds, which some manifests have already. */
  readonly container: string;
  /** The annotation that keeps ports out of it: numbers with commas between them. */
  readonly excludedPorts: string;
}

/** Istio pkg/kube/inject; Linkerd pkg/k8s/labels.go; Kuma pkg/plugins/runtime/k8s/metadata; Consul connect-inject/constants. */
const meshes: readonly Mesh[] = [
  {
    name: 'istio',
    switches: [{ key: 'sidecar.istio.io/inject', on: ['true'] }],
    prefixes: ['sidecar.istio.io/', 'proxy.istio.io/', 'traffic.sidecar.istio.io/', 'istio.io/rev'],
    container: 'istio-proxy',
    excludedPorts: 'traffic.sidecar.istio.io/excludeInboundPorts',
  },
  {
    name: 'linkerd',
    switches: [{ key: 'linkerd.io/inject', on: ['enabled', 'ingress'] }],
    prefixes: ['config.linkerd.io/', 'config.alpha.linkerd.io/', 'config.beta.linkerd.io/'],
    container: 'linkerd-proxy',
    excludedPorts: 'config.linkerd.io/skip-inbound-ports',
  },
  {
    name: 'kuma',
    switches: [{ key: 'kuma.io/sidecar-injection', on: ['enabled', 'true'] }],
    prefixes: ['kuma.io/mesh', 'traffic.kuma.io/'],
    container: 'kuma-sidecar',
    excludedPorts: 'traffic.kuma.io/exclude-inbound-ports',
  },
  {
    name: 'consul',
    switches: [{ key: 'consul.hashicorp.com/connect-inject', on: ['true'] }],
    prefixes: ['consul.hashicorp.com/'],
    container: 'consul-dataplane',
    excludedPorts: 'consul.hashicorp.com/transparent-proxy-exclude-inbound-ports',
  },
];

/** The names of the meshes' own containers, which are never the app. */
export const meshContainers: readonly string[] = meshes.map(({ container }) => container);

/** An annotation to be set, so that the kubelet's calls of the sidecar pass the mesh by. */
export interface Exclusion {
  readonly annotation: string;
  readonly text: string;
}

/**
 * The ports that the kubelet asks the sidecar on, kept out of the mesh that the pod is in, if any: a proxy in an
 * ordinary container is ended with the pod, and one that wants certificates refuses the kubelet, which then ends the
 * app at once.
 */
export const meshExclusion = (
  template: MapValue,
  spec: MapValue,
  { mesh: chosen }: Pick<WorkloadSettings, 'mesh'>,
): Exclusion | undefined => {
  const found = meshes.find((mesh) => (chosen === 'auto' ? isIn(mesh, template, spec) : mesh.name === chosen));
  if (found === undefined) return undefined;
  const old = valueAt(template, ['metadata', 'annotations', found.excludedPorts]) ?? null;
  if (old !== null && typeof old !== 'string') return undefined; // the API server refuses it
  const ports = (old ?? '')
    .split(',')
    .map((port) => port.trim())
    .filter((port) => port !== '');
  if (ports.some(holdsControlPort)) return undefined;
  return { annotation: found.excludedPorts, text: [...ports, String(controlPort)].join(',') };
};

/**
 * Whether a container in the manifest only says how Istio's own is to differ. Where that becomes a native sidecar, which
 * nobody knows beforehand, it has a hook already, and the API server refuses two.
 */
export const isIstioOverride = (container: MapValue, template: MapValue): boolean =>
  nameOf(container) === 'istio-proxy' &&
  valueAt(template, ['metadata', 'annotations', 'sidecar.istio.io/nativeSidecar']) !== 'false';

/** Linkerd takes ranges, Istio an asterisk for all. */
const holdsControlPort = (port: string): boolean => {
  if (port === '*') return true;
  const [first, last = first] = port.split('-').map(Number);
  return first !== undefined && last !== undefined && first <= controlPort && controlPort <= last;
};

const isIn = (mesh: Mesh, template: MapValue, spec: MapValue): boolean => {
  const metadata = mapOf(template['metadata']);
  const marks: readonly (readonly [string, Value])[] = [
    ...Object.entries(mapOf(metadata['labels'])),
    ...Object.entries(mapOf(metadata['annotations'])),
  ];
  // A label is stronger than an annotation of the same name (Istio).
  for (const { key, on } of mesh.switches) {
    const mark = marks.find(([name]) => name === key);
    if (mark !== undefined) return on.includes(String(textOf(mark[1])));
  }
  return (
    marks.some(([name]) => mesh.prefixes.some((prefix) => name.startsWith(prefix))) ||
    [...itemsOf(spec['initContainers']), ...itemsOf(spec['containers'])].some((one) => nameOf(one) === mesh.container)
  );
};
