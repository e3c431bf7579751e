import { boolean, choice, count, type SettingType, text, tolerations, workloads } from './setting-type.ts';

interface RunSettingSpec {
  readonly type: SettingType;
  readonly fallback?: string;
  readonly summary: string;
}

/** A setting of a whole run, which no workload can have: flag, environment variable and key, but no annotation. */
export interface RunSetting extends RunSettingSpec {
  readonly name: RunSettingName;
}

const namespace = (example: string): SettingType =>
  text(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, example, 'must be a namespace name');
const domain = (example: string): SettingType =>
  text(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/i, example, 'must be a domain name');
const version = (example: string): SettingType => text(/^v?\d+(\.\d+){0,2}([-+].*)?$/, example, 'must be a version');
const service = (example: string): SettingType => text(/^[\w.-]+:[\w.-]*:\d+$/, example, 'must be NAME:HOST:PORT');
const image: SettingType = text(/^[a-zA-Z0-9][\w./:@-]*$/, 'ghcr.io/dapr/daprd:1.18.1', 'must be an image reference');
const id: SettingType = count(0, 999_999_999);

/** In the order of the docs. From `trust-anchors` on they are facts of a cluster, which `daps capture` reads there. */
const table = {
  namespace: {
    type: namespace('shop'),
    summary: 'the namespace of objects that name none; app-ids must differ within it',
  },
  'kube-version': {
    type: version('1.31'),
    summary: 'the Kubernetes version to inject for; below 1.29 is an error',
  },
  'dapr-version': {
    type: version('1.18.1'),
    summary: 'the Dapr version of the cluster; below 1.18 its injector cannot be steered, only daprd inline works',
  },
  exclude: {
    type: workloads,
    summary:
      'workloads to leave alone, `KIND/NAME` or `KIND/NAMESPACE/NAME`; `*` stands for any characters, and the flag may be repeated',
  },
  'trust-anchors': {
    type: text(/^(?!-)[^\n]+$|-----BEGIN/, 'ca.crt', 'must be a file, the PEM text itself, or "configMap:NAME"'),
    summary:
      "the root certificates of the control plane: a PEM file, or `configMap:dapr-trust-bundle` for a ConfigMap with the key `ca.crt` in the workload's namespace",
  },
  'control-plane-namespace': {
    type: namespace('dapr-system'),
    fallback: 'dapr-system',
    summary: 'the namespace Dapr is installed in',
  },
  'cluster-domain': {
    type: domain('cluster.local'),
    fallback: 'cluster.local',
    summary: 'chart value `dapr_sidecar_injector.kubeClusterDomain`',
  },
  'trust-domain': {
    type: domain('cluster.local'),
    fallback: 'cluster.local',
    summary: 'chart value `global.mtls.controlPlaneTrustDomain`',
  },
  mtls: { type: boolean, fallback: 'true', summary: 'chart value `global.mtls.enabled`' },
  actors: { type: boolean, fallback: 'true', summary: 'chart value `global.actors.enabled`' },
  'actors-service': {
    type: service('placement:dapr-placement-server:50005'),
    fallback: 'placement:dapr-placement-server:50005',
    summary: 'chart value `global.actors.serviceName`, with its address',
  },
  'reminders-service': {
    type: service('scheduler:dapr-scheduler-server:50006'),
    summary: 'chart value `global.reminders.serviceName`, with its address',
  },
  'skip-reminder-migration': {
    type: boolean,
    fallback: 'false',
    summary: 'chart value `global.reminders.skipMigration`, of 1.16 only',
  },
  scheduler: { type: boolean, fallback: 'true', summary: 'chart value `global.scheduler.enabled`' },
  'scheduler-replicas': {
    type: count(0, 99),
    fallback: '3',
    summary: 'replicas of the StatefulSet dapr-scheduler-server, whose addresses daprd gets up to 1.16',
  },
  'daprd-image': {
    type: image,
    summary:
      'chart value `dapr_sidecar_injector.image.name`; without it `ghcr.io/dapr/daprd` with `--dapr-version` as its tag',
  },
  'daprd-image-pull-policy': {
    type: choice(['Always', 'IfNotPresent', 'Never']),
    fallback: 'IfNotPresent',
    summary: 'chart value `dapr_sidecar_injector.sidecarImagePullPolicy`',
  },
  'daprd-run-as-non-root': {
    type: boolean,
    fallback: 'true',
    summary: 'chart value `dapr_sidecar_injector.sidecarRunAsNonRoot`',
  },
  'daprd-run-as-user': { type: id, summary: 'chart value `dapr_sidecar_injector.sidecarRunAsUser`' },
  'daprd-run-as-group': { type: id, summary: 'chart value `dapr_sidecar_injector.sidecarRunAsGroup`' },
  'daprd-read-only-root': {
    type: boolean,
    fallback: 'true',
    summary: 'chart value `dapr_sidecar_injector.sidecarReadOnlyRootFilesystem`',
  },
  'daprd-drop-all-capabilities': {
    type: boolean,
    fallback: 'false',
    summary: 'chart value `dapr_sidecar_injector.sidecarDropALLCapabilities`',
  },
  'daprd-host-ip': {
    type: boolean,
    fallback: 'false',
    summary: 'chart value `dapr_sidecar_injector.enableK8sDownwardAPIs`',
  },
  'entrypoint-tolerations': {
    type: tolerations,
    summary: 'chart value `dapr_sidecar_injector.ignoreEntrypointTolerations`, as JSON',
  },
  'component-sockets-folder': {
    type: text(/^\//, '/tmp/dapr-components-sockets', 'must start with "/"'),
    fallback: '/tmp/dapr-components-sockets',
    summary: "the variable DAPR_COMPONENT_SOCKETS_FOLDER in the injector's `extraEnvVars`",
  },
} as const satisfies Readonly<Record<string, RunSettingSpec>>;

export type RunSettingName = keyof typeof table;
export const runSettingNames = Object.keys(table) as readonly RunSettingName[];

export const runSettings: readonly RunSetting[] = runSettingNames.map((name) => ({ name, ...table[name] }));

const byName: ReadonlyMap<string, RunSetting> = new Map(runSettings.map((setting) => [setting.name, setting]));

export const findRunSetting = (name: string): RunSetting | undefined => byName.get(name);
