import type { Code } from '../problem-args.ts';

/** Problems of a cluster, a file or a command line: no manifest has them, so `daps lint` lists no rule for them. */
type NotOfManifests =
  | 'not-utf8'
  | 'unreadable-file'
  | 'unwritable-file'
  | 'malformed-baseline'
  | 'malformed-config'
  | 'not-a-resource-list'
  | 'no-helm'
  | 'helm-failed'
  | 'unknown-helm'
  | 'no-plugins-folder'
  | 'plugins-folder-of-helm-3'
  | 'unwritable-plugin'
  | 'no-bundle'
  | 'unusable-node-path'
  | 'no-such-command'
  | 'command-not-executable'
  | 'command-killed'
  | 'command-failed'
  | 'no-cluster-access'
  | 'cluster-access-denied'
  | 'no-dapr'
  | 'several-daprs'
  | 'no-trust-bundle'
  | 'captured-key-taken'
  | 'unknown-cluster-fact'
  | 'cluster-drift'
  | 'unknown-setting'
  | 'unknown-rule'
  | 'unknown-workload'
  | 'kube-version-too-old'
  | 'dapr-version-too-old'
  | 'invalid-trust-anchors';

export type ManifestCode = Exclude<Code, NotOfManifests>;

/** What holds where a problem that `daps inject` reports too is absent, as one short sentence. */
export const problemSummaries: Readonly<Record<ManifestCode, string>> = {
  'malformed-yaml': 'A document that mentions Dapr is YAML or JSON that kubectl can read.',
  'glued-separator': 'A document separator stands on a line of its own.',
  'nested-too-deeply': 'A document has no more levels than daps reads.',
  'too-many-aliases': 'Aliases do not multiply beyond what daps reads.',
  'shared-anchor': 'A value that daps changes is not shared by an anchor.',
  'too-many-expansions': 'A workload has few enough aliases and merge keys for daps to write them out.',
  'ambiguous-merge': 'Every reader takes a merge key in the same way.',
  'unsupported-key': 'Keys on the way to what daps changes are plain.',
  'not-a-collection': 'A map or a list stands where Kubernetes expects one.',
  'invalid-status': 'The annotation that daps leaves can be read back.',
  'no-app-container': 'A workload has a container that can be the app.',
  'no-container-here': 'An object of your own kinds names the container that is the app.',
  'unlike-a-pod': 'The pod template of an object of your own kinds is like that of a pod.',
  'ambiguous-app-container': 'Exactly one container can be the app.',
  windows: 'Pods with daps run on Linux.',
  'unknown-container': 'The container that a setting names exists.',
  'unknown-init-container': 'The init container that a setting names exists.',
  'missing-app-port': 'A workload whose settings need an app-port has one.',
  'unused-app-channel': 'Annotations about the app channel stand beside an app-port.',
  'ignored-app-port': 'Dapr reads the app-port.',
  'invalid-app-port': 'The app-port is a port number.',
  'app-port-conflict': "The app does not listen on one of daprd's ports.",
  'app-port-of-daps': "The app does not listen on one of daps' ports.",
  'port-taken': "No container uses a port of daps' sidecar.",
  'uncallable-address': 'The address of a probe or hook can be called.',
  'unsendable-header': 'The headers of a probe or hook can be sent.',
  'invalid-channel-address': 'The app-channel-address is a host name or an IP address.',
  'daprd-port-of-daps': "No annotation moves daprd to a port of daps' sidecar.",
  'native-sidecar-steered': 'daprd is a native sidecar.',
  'unknown-port-name': 'The port that a probe or hook names is declared.',
  'invalid-app-protocol': 'The app-protocol is one that daprd knows.',
  'missing-app-id': 'A workload whose pods get generated names has an app-id.',
  'unknown-app-id': 'A workload that gets daprd from daps has an app-id.',
  'invalid-app-id': 'The app-id is one that Dapr takes.',
  'duplicate-app-id': 'Each workload of a namespace has an app-id of its own.',
  'invalid-dapr-annotation': "The value of a Dapr annotation is one that Dapr's injector takes.",
  'annotation-not-a-string': 'Annotation values are strings.',
  'annotation-on-workload': 'Dapr annotations stand on the pod template.',
  'ignored-workload-annotation': 'No Dapr annotation stands on the workload beside those on its pod template.',
  'duplicate-container': 'Container names are unique in a pod.',
  'container-name-taken': 'No container but that of daps is called daps.',
  'daprd-present': 'No container is called daprd before Dapr or daps adds it.',
  'host-network': "Pods that share a node do not share its network with daps' ports.",
  'host-network-ports': "daps' ports are free on each node of a DaemonSet that uses the host's network.",
  'api-allowlist': 'The API allowlist lets the sidecar end daprd and ask for its metadata.',
  'unmatched-override': 'Every override matches a workload.',
  'shared-process-namespace': 'No container of a shared process namespace counts on being process 1.',
  'invalid-restart-policy': 'The restartPolicy is one that the kind of workload takes.',
  'graceful-shutdown-too-long': 'daprd ends before it abandons its deliveries.',
  'invalid-grace-period': 'The grace period is a whole number.',
  'no-grace-period': 'The grace period leaves time for a preStop hook.',
  'grace-period-too-short': 'The grace period is longer than the delay and the reserve together.',
  'short-grace-period': 'The grace period leaves time for a whole drain.',
  'path-needs-http': 'A path to ask the app for is set only where the app speaks HTTP.',
  'unknown-annotation': 'Every daps.io/ annotation is one that daps reads.',
  'invalid-setting': 'The value of a daps.io/ annotation is one that daps takes.',
  'request-above-limit': "The sidecar's requests are at most its limits.",
  'not-in-this-version': 'Settings are those of this version of daps.',
  'unquoted-enabled': 'dapr.io/enabled is a string.',
  'enabled-not-true': 'dapr.io/enabled is "true" where it is not false.',
  'no-trust-anchors': 'daps has the trust anchors for the daprd that it adds.',
  'unknown-daprd-version': 'The version of the daprd that daps adds is known.',
  'daprd-too-old': 'The daprd that daps adds is 1.14 or later.',
  'unknown-sidecar-image': "The tag of a workload's own daprd image says its version.",
  'sidecar-image-too-old': "A workload's own daprd image is 1.14 or later.",
  'unknown-namespace': 'Components that bring containers, and their workloads, name their namespaces.',
  'invalid-component-container': 'dapr.io/component-container is a JSON object.',
  'expired-trust-anchor': 'The trust anchors are valid.',
  'expiring-trust-anchor': 'The trust anchors stay valid for 30 days.',
  'daprd-newer-than-known': 'daps knows the version of daprd that it adds.',
  'webhook-adds-second-daprd': "Dapr's webhook does not add a second daprd.",
  'annotation-too-new': 'daprd is new enough for every annotation.',
  'ignored-dapr-annotation': "Dapr's injector reads the value of every annotation.",
  'exec-pre-stop': "The app's preStop hook is one that daps can take over.",
  'readiness-of-daprd': 'The readinessProbe of the app asks the app.',
  'probe-waits-for-gate': 'No liveness or startup probe waits for daprd, which waits for the app.',
  'block-shutdown': 'dapr.io/block-shutdown-duration is not set beside daps.',
  'knative-service': 'Workloads with Dapr are not Knative Services.',
  'old-dapr-annotation': 'Annotations have the names that Dapr reads today.',
  'unknown-dapr-annotation': 'Every dapr.io/ annotation is one that Dapr reads.',
  'unknown-kind': 'daps knows where each Dapr-enabled kind has its pod template.',
  'no-pod-template': 'Dapr is asked for on a pod template.',
  'unnamed-pod-template': 'A pod template stands where the settings can name its place.',
  'unknown-injected-kind': 'daps knows the kinds that it once injected.',
  'unmatched-ignore': 'Every ignore of a rule matches a finding.',
  'ignore-without-reason': 'Every ignore of a rule has a reason.',
};

export const isManifestCode = (id: string): id is ManifestCode => Object.hasOwn(problemSummaries, id);
