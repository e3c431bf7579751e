/** What only the cluster knows of a control plane, and Dapr's injector takes from its own environment. */
export interface ClusterFacts {
  readonly controlPlaneNamespace: string;
  readonly clusterDomain: string;
  readonly trustDomain: string;
  readonly mtls: boolean;
  readonly actors: boolean;
  readonly actorsService: ServiceAddress;
  readonly remindersService: ServiceAddress | undefined;
  readonly skipReminderMigration: boolean;
  readonly scheduler: boolean;
  readonly schedulerReplicas: number;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly runAsNonRoot: boolean;
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  readonly readOnlyRootFilesystem: boolean;
  readonly dropAllCapabilities: boolean;
  readonly downwardApis: boolean;
  readonly entrypointTolerations: readonly Toleration[];
  readonly componentSocketsFolder: string;
}

/** A service of the control plane: `placement:dapr-placement-server:50005`. */
export interface ServiceAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** A toleration as it is compared: all of its fields, absent ones empty (core/v1 `Toleration`). */
export interface Toleration {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
}

/** Where daprd gets the root certificates from: the text itself, or a ConfigMap of the pod's own namespace. */
export type TrustAnchors =
  | { readonly kind: 'pem'; readonly pem: string }
  | { readonly kind: 'config-map'; readonly name: string };

/** `NAME.NAMESPACE.svc.DOMAIN:PORT` (pkg/injector/patcher/services.go). */
export const serviceAddress = (host: string, port: number, cluster: ClusterFacts): string =>
  `${host}.${cluster.controlPlaneNamespace}.svc.${cluster.clusterDomain}:${port}`;

/** The identity that sentry has, for which a pod's token is made out. */
export const sentryId = ({ trustDomain, controlPlaneNamespace }: ClusterFacts): string =>
  `spiffe://${trustDomain}/ns/${controlPlaneNamespace}/dapr-sentry`;
