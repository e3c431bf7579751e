import type { SettingType } from './setting-type.ts';

/** A setting of a whole run, which no workload can have: flag, environment variable and key, but no annotation. */
export interface RunSetting {
  readonly name: RunSettingName;
  readonly type: SettingType;
  readonly fallback?: string;
  readonly summary: string;
}

const name: SettingType = {
  kind: 'text',
  pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  example: 'shop',
  rule: 'must be a namespace name',
};
const domain = (example: string): SettingType => ({
  kind: 'text',
  pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/i,
  example,
  rule: 'must be a domain name',
});
const version = (example: string): SettingType => ({
  kind: 'text',
  pattern: /^v?\d+(\.\d+){0,2}([-+].*)?$/,
  example,
  rule: 'must be a version',
});
const service = (example: string): SettingType => ({
  kind: 'text',
  pattern: /^[\w.-]+:[\w.-]*:\d+$/,
  example,
  rule: 'must be NAME:HOST:PORT',
});
const image: SettingType = {
  kind: 'text',
  pattern: /^[a-zA-Z0-9][\w./:@-]*$/,
  example: 'ghcr.io/dapr/daprd:1.18.1',
  rule: 'must be an image reference',
};
const id: SettingType = { kind: 'count', min: 0, max: 999_999_999 };

export const runSettingNames = [
  'namespace',
  'kube-version',
  'dapr-version',
  'exclude',
  'trust-anchors',
  'control-plane-namespace',
  'cluster-domain',
  'trust-domain',
  'mtls',
  'actors',
  'actors-service',
  'reminders-service',
  'skip-reminder-migration',
  'scheduler',
  'scheduler-replicas',
  'daprd-image',
  'daprd-image-pull-policy',
  'daprd-run-as-non-root',
  'daprd-run-as-user',
  'daprd-run-as-group',
  'daprd-read-only-root',
  'daprd-drop-all-capabilities',
  'daprd-host-ip',
  'entrypoint-tolerations',
  'component-sockets-folder',
] as const;
export type RunSettingName = (typeof runSettingNames)[number];

/** In the order of the docs. From `trust-anchors` on they are facts of a cluster, which `daps capture` reads there. */
export const runSettings: readonly RunSetting[] = [
  { name: 'namespace', type: name, summary: 'the namespace of objects that name none; app-ids must differ within it' },
  {
    name: 'kube-version',
    type: version('1.31'),
    summary: 'the Kubernetes version to inject for; below 1.29 is an error',
  },
  {
    name: 'dapr-version',
    type: version('1.18.1'),
    summary: 'the Dapr version of the cluster; below 1.18 its injector cannot be steered, only daprd inline works',
  },
  {
    name: 'exclude',
    type: { kind: 'workloads' },
    summary:
      'workloads to leave alone, `KIND/NAME` or `KIND/NAMESPACE/NAME`; `*` stands for any characters, and the flag may be repeated',
  },
  {
    name: 'trust-anchors',
    type: {
      kind: 'text',
      pattern: /^(?!-)[^\n]+$|-----BEGIN/,
      example: 'ca.crt',
      rule: 'must be a file, the PEM text itself, or "configMap:NAME"',
    },
    summary:
      "the root certificates of the control plane: a PEM file, or `configMap:dapr-trust-bundle` for a ConfigMap with the key `ca.crt` in the workload's namespace",
  },
  {
    name: 'control-plane-namespace',
    type: { ...name, example: 'dapr-system' },
    fallback: 'dapr-system',
    summary: 'the namespace Dapr is installed in',
  },
  {
    name: 'cluster-domain',
    type: domain('cluster.local'),
    fallback: 'cluster.local',
    summary: 'chart value `dapr_sidecar_injector.kubeClusterDomain`',
  },
  {
    name: 'trust-domain',
    type: domain('cluster.local'),
    fallback: 'cluster.local',
    summary: 'chart value `global.mtls.controlPlaneTrustDomain`',
  },
  { name: 'mtls', type: { kind: 'boolean' }, fallback: 'true', summary: 'chart value `global.mtls.enabled`' },
  { name: 'actors', type: { kind: 'boolean' }, fallback: 'true', summary: 'chart value `global.actors.enabled`' },
  {
    name: 'actors-service',
    type: service('placement:dapr-placement-server:50005'),
    fallback: 'placement:dapr-placement-server:50005',
    summary: 'chart value `global.actors.serviceName`, with its address',
  },
  {
    name: 'reminders-service',
    type: service('scheduler:dapr-scheduler-server:50006'),
    summary: 'chart value `global.reminders.serviceName`, with its address',
  },
  {
    name: 'skip-reminder-migration',
    type: { kind: 'boolean' },
    fallback: 'false',
    summary: 'chart value `global.reminders.skipMigration`, of 1.16 only',
  },
  { name: 'scheduler', type: { kind: 'boolean' }, fallback: 'true', summary: 'chart value `global.scheduler.enabled`' },
  {
    name: 'scheduler-replicas',
    type: { kind: 'count', min: 0, max: 99 },
    fallback: '3',
    summary: 'replicas of the StatefulSet dapr-scheduler-server, which daprd is told up to 1.16',
  },
  {
    name: 'daprd-image',
    type: image,
    summary:
      'chart value `dapr_sidecar_injector.image.name`; without it `ghcr.io/dapr/daprd` with `--dapr-version` as its tag',
  },
  {
    name: 'daprd-image-pull-policy',
    type: { kind: 'choice', choices: ['Always', 'IfNotPresent', 'Never'] },
    fallback: 'IfNotPresent',
    summary: 'chart value `dapr_sidecar_injector.sidecarImagePullPolicy`',
  },
  {
    name: 'daprd-run-as-non-root',
    type: { kind: 'boolean' },
    fallback: 'true',
    summary: 'chart value `dapr_sidecar_injector.sidecarRunAsNonRoot`',
  },
  { name: 'daprd-run-as-user', type: id, summary: 'chart value `dapr_sidecar_injector.sidecarRunAsUser`' },
  { name: 'daprd-run-as-group', type: id, summary: 'chart value `dapr_sidecar_injector.sidecarRunAsGroup`' },
  {
    name: 'daprd-read-only-root',
    type: { kind: 'boolean' },
    fallback: 'true',
    summary: 'chart value `dapr_sidecar_injector.sidecarReadOnlyRootFilesystem`',
  },
  {
    name: 'daprd-drop-all-capabilities',
    type: { kind: 'boolean' },
    fallback: 'false',
    summary: 'chart value `dapr_sidecar_injector.sidecarDropALLCapabilities`',
  },
  {
    name: 'daprd-host-ip',
    type: { kind: 'boolean' },
    fallback: 'false',
    summary: 'chart value `dapr_sidecar_injector.enableK8sDownwardAPIs`',
  },
  {
    name: 'entrypoint-tolerations',
    type: { kind: 'tolerations' },
    summary: 'chart value `dapr_sidecar_injector.ignoreEntrypointTolerations`, as JSON',
  },
  {
    name: 'component-sockets-folder',
    type: { kind: 'text', pattern: /^\//, example: '/tmp/dapr-components-sockets', rule: 'must start with "/"' },
    fallback: '/tmp/dapr-components-sockets',
    summary: "the variable DAPR_COMPONENT_SOCKETS_FOLDER in the injector's `extraEnvVars`",
  },
];
