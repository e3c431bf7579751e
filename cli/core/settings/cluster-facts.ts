import type { ClusterFacts, ServiceAddress } from '../dapr/cluster.ts';
import { parseTolerations } from '../dapr/toleration.ts';
import { findRunSetting, type RunSettingName } from './run-settings.ts';

/** The facts of a cluster as they were set, with the defaults of Dapr's chart. */
export const clusterFacts = (textOf: (name: RunSettingName) => string | undefined): ClusterFacts => {
  const text = (name: RunSettingName): string | undefined => textOf(name) ?? findRunSetting(name)?.fallback;
  const flag = (name: RunSettingName): boolean => text(name) === 'true';
  const count = (name: RunSettingName): number | undefined => {
    const found = text(name);
    return found === undefined ? undefined : Number(found);
  };
  const version = text('dapr-version');
  const placement: ServiceAddress = { name: 'placement', host: 'dapr-placement-server', port: 50005 };
  return {
    controlPlaneNamespace: text('control-plane-namespace') ?? '',
    clusterDomain: text('cluster-domain') ?? '',
    trustDomain: text('trust-domain') ?? '',
    mtls: flag('mtls'),
    actors: flag('actors'),
    actorsService: readService(text('actors-service')) ?? placement,
    remindersService: readService(text('reminders-service')),
    skipReminderMigration: flag('skip-reminder-migration'),
    scheduler: flag('scheduler'),
    schedulerReplicas: count('scheduler-replicas') ?? 0,
    image: text('daprd-image') ?? (version === undefined ? '' : `ghcr.io/dapr/daprd:${version.replace(/^v/, '')}`),
    imagePullPolicy: text('daprd-image-pull-policy') ?? '',
    runAsNonRoot: flag('daprd-run-as-non-root'),
    runAsUser: count('daprd-run-as-user'),
    runAsGroup: count('daprd-run-as-group'),
    readOnlyRootFilesystem: flag('daprd-read-only-root'),
    dropAllCapabilities: flag('daprd-drop-all-capabilities'),
    downwardApis: flag('daprd-host-ip'),
    entrypointTolerations: parseTolerations(text('entrypoint-tolerations') ?? '[]') ?? [],
    componentSocketsFolder: text('component-sockets-folder') ?? '',
  };
};

/** `NAME:HOST:PORT`. */
const readService = (text: string | undefined): ServiceAddress | undefined => {
  const [name, host, port] = text?.split(':') ?? [];
  return name === undefined || host === undefined || port === undefined
    ? undefined
    : { name, host, port: Number(port) };
};
