/** A program that tests run, built from a Go module which pins its version. */
export type Tool = {
  /** Name of the binary in `.tools/`. */
  readonly name: string;
  /** Folder of the go.mod, below `test/tools/`. */
  readonly module: string;
  readonly package: string;
  readonly ldflags?: string;
  readonly tags?: string;
};

// Helm's releases set these; left out, `helm version` says v3.22 or v4.3, and Helm 3 renders for Kubernetes 1.20
// instead of the version of its own k8s.io/client-go (v0.37 → 1.37). Helm 4 reads that one from its build info.
const helm3Flags = [
  '-X helm.sh/helm/v3/internal/version.version=v3.22.0',
  '-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1',
  '-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=37',
  '-X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1',
  '-X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=37',
].join(' ');
const helm4Flags = '-X helm.sh/helm/v4/internal/version.version=v4.3.1';

// Shown by `daprd --version` and /v1.0/metadata, and in every log line.
const daprFlags = (version: string): string =>
  `-X github.com/dapr/dapr/pkg/buildinfo.version=${version} -X github.com/dapr/kit/logger.DaprVersion=${version}`;
const daprd = {
  package: 'github.com/dapr/dapr/cmd/daprd',
  tags: 'stablecomponents', // RabbitMQ, Redis and the like, without the hundred others
};

// The rest of Dapr's control plane, for the lab's cluster.
export const daprControlPlane = ['operator', 'sentry', 'injector', 'scheduler'] as const;

export const kubernetes = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
] as const;
const kubernetesFlags = '-X k8s.io/component-base/version.gitVersion=v1.34.4';

// In the order they are built in: the quick ones first.
const ordered = [
  { name: 'objects', module: 'objects', package: '.' },
  { name: 'readers', module: 'readers', package: '.' },
  { name: 'nethttp', module: 'nethttp', package: '.' },
  { name: 'actionlint', module: 'actionlint', package: 'github.com/rhysd/actionlint/cmd/actionlint' },
  { name: 'kustomize', module: 'kustomize', package: 'sigs.k8s.io/kustomize/kustomize/v5' },
  { name: 'helm3', module: 'helm3', package: 'helm.sh/helm/v3/cmd/helm', ldflags: helm3Flags },
  { name: 'injector', module: 'injector', package: '.' },
  { name: 'injector-1.16', module: 'injector-1.16', package: '.' },
  { name: 'apicheck', module: 'apicheck', package: '.' },
  { name: 'helm4', module: 'helm4', package: 'helm.sh/helm/v4/cmd/helm', ldflags: helm4Flags },
  { name: 'placement', module: 'daprd', package: 'github.com/dapr/dapr/cmd/placement', ldflags: daprFlags('1.18.1') },
  { name: 'daprd', module: 'daprd', ...daprd, ldflags: daprFlags('1.18.1') },
  { name: 'daprd-1.16', module: 'daprd-1.16', ...daprd, ldflags: daprFlags('1.16.5') },
  ...daprControlPlane.map((name) => ({
    name: `dapr-${name}` as const,
    module: 'daprd',
    package: `github.com/dapr/dapr/cmd/${name}`,
    ldflags: daprFlags('1.18.1'),
  })),
  { name: 'coredns', module: 'coredns', package: 'github.com/coredns/coredns' },
  { name: 'pause', module: 'pause', package: '.' },
  { name: 'mesh-proxy', module: 'mesh-proxy', package: '.' },
  { name: 'istio', module: 'istio', package: '.' },
  ...kubernetes.map((name) => ({
    name,
    module: 'kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    ldflags: kubernetesFlags,
  })),
] as const satisfies readonly Tool[];

export type ToolName = (typeof ordered)[number]['name'];

/** Every tool there is; a new one is a line here and a go.mod. */
export const tools: readonly (Tool & { readonly name: ToolName })[] = ordered;

/** Go modules that a tool is built from and whose manifests and charts are test input, by the folder that pins them. */
export const corpusModules: readonly { readonly module: string; readonly paths: readonly string[] }[] = [
  {
    module: 'kustomize',
    paths: ['sigs.k8s.io/kustomize/kustomize/v5', 'sigs.k8s.io/kustomize/api', 'sigs.k8s.io/kustomize/kyaml'],
  },
  {
    module: 'helm3',
    paths: ['helm.sh/helm/v3', 'k8s.io/api', 'k8s.io/kubectl', 'k8s.io/cli-runtime', 'k8s.io/apiextensions-apiserver'],
  },
  { module: 'helm4', paths: ['helm.sh/helm/v4'] },
  { module: 'apicheck', paths: ['k8s.io/kubernetes'] },
  { module: 'injector', paths: ['github.com/dapr/dapr'] },
];
