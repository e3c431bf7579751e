import type { MapValue } from '../manifest/model/value.ts';
import type { AnnotationReader } from './annotation-reader.ts';
import { type ClusterFacts, serviceAddress, type TrustAnchors } from './cluster.ts';
import { type EnvList, parseEnvList, secretKey, variable } from './env-list.ts';
import { trimSpace } from './go-text.ts';
import { cleanAddress } from './sidecar-config.ts';
import { isAtLeast } from './version.ts';

/** Where pluggable components have their sockets, for daprd and for them. */
export const componentSocketsVariable = 'DAPR_COMPONENT_SOCKETS_FOLDER';

/** daprd's variables in the injector's order (sidecar_container.go). */
export const daprdEnvironment = (
  reader: AnnotationReader,
  cluster: ClusterFacts,
  anchors: TrustAnchors,
  componentSocketsFolder: string | undefined,
): readonly MapValue[] => [
  fromField('NAMESPACE', 'metadata.namespace'),
  trustAnchors(anchors),
  fromField('POD_NAME', 'metadata.name'),
  variable('DAPR_CONTROLPLANE_NAMESPACE', cluster.controlPlaneNamespace),
  variable('DAPR_CONTROLPLANE_TRUST_DOMAIN', cluster.trustDomain),
  ...(cluster.downwardApis ? [fromField('DAPR_HOST_IP', 'status.podIP')] : []),
  ...schedulerVariables(reader, cluster),
  ...reminderMigration(reader, cluster),
  ...ownVariables(reader),
  ...(componentSocketsFolder === undefined ? [] : [variable(componentSocketsVariable, componentSocketsFolder)]),
  ...token('DAPR_API_TOKEN', reader.text('api-token-secret')),
  ...token('APP_API_TOKEN', reader.text('app-token-secret')),
];

const fromField = (name: string, fieldPath: string): MapValue => ({ name, valueFrom: { fieldRef: { fieldPath } } });

const trustAnchors = (anchors: TrustAnchors): MapValue =>
  anchors.kind === 'pem'
    ? variable('DAPR_TRUST_ANCHORS', anchors.pem)
    : {
        name: 'DAPR_TRUST_ANCHORS',
        valueFrom: { configMapKeyRef: { name: anchors.name, key: 'ca.crt' } },
      };

/** Up to 1.16; from 1.17.0 on the address is a flag. */
const schedulerVariables = (reader: AnnotationReader, cluster: ClusterFacts): readonly MapValue[] => {
  const { version } = reader;
  if (isAtLeast(version, '1.17.0')) return [];
  const count = cluster.scheduler ? cluster.schedulerReplicas : 0;
  const replicas = Array.from({ length: count }, (_, index) =>
    serviceAddress(`dapr-scheduler-server-${index}.dapr-scheduler-server`, 50006, cluster),
  );
  const address = cleanAddress(reader, 'scheduler-host-address') ?? replicas.join(',');
  const hasDnsName = isAtLeast(version, '1.15.0');
  if ((hasDnsName ? trimSpace(address) : address) === '') return [];
  const dnsName = count === 0 ? '' : serviceAddress('dapr-scheduler-server-a', 443, cluster);
  return [
    variable('DAPR_SCHEDULER_HOST_ADDRESS', address),
    ...(hasDnsName ? [variable('DAPR_SCHEDULER_HOST_ADDRESS_DNS_A', dnsName)] : []),
  ];
};

/** From 1.16.2 to the end of that branch. */
const reminderMigration = ({ version }: AnnotationReader, cluster: ClusterFacts): readonly MapValue[] =>
  cluster.skipReminderMigration && isAtLeast(version, '1.16.2') && !isAtLeast(version, '1.17.0')
    ? [variable('DAPR_SKIP_REMINDER_MIGRATION', 'true')]
    : [];

const ownVariables = (reader: AnnotationReader): readonly MapValue[] => {
  const lists: readonly EnvList[] = [
    parseEnvList(reader.text('env'), 'value', reader.version),
    parseEnvList(reader.text('env-from-secret'), 'secret', reader.version),
  ];
  const keys = lists.flatMap((list) => list.keys);
  const variables = lists.flatMap((list) => list.variables);
  const hasKeys = isAtLeast(reader.version, '1.15.0') ? keys.length > 0 : variables.length > 0;
  return [...variables, ...(hasKeys ? [variable('DAPR_ENV_KEYS', keys.join(' '))] : [])];
};

const token = (name: string, secret: string): readonly MapValue[] =>
  secret === '' ? [] : [{ name, valueFrom: { secretKeyRef: secretKey(secret, 'token') } }];
