/** Every code daps can report, with the facts it carries. Codes are permanent; a retired one is never used again. */
export interface ProblemArgs {
  'unknown-workload': {
    readonly asked: string;
    readonly nearest: string | undefined;
    readonly workloads: readonly string[];
  };
  'malformed-yaml': { readonly reason: string };
  'not-utf8':
    | { readonly kind: 'other'; readonly encoding: string }
    | { readonly kind: 'byte'; readonly byte: number; readonly offset: number };
  'glued-separator': { readonly line: string };
  'nested-too-deeply': { readonly levels: number };
  'too-many-aliases': Record<never, never>;
  'shared-anchor': { readonly anchor: string };
  'too-many-expansions': { readonly most: number };
  'ambiguous-merge': { readonly key: string };
  'unsupported-key': Record<never, never>;
  'not-a-collection': Record<never, never>;
  'invalid-status': { readonly reason: string };
  'no-app-container': Record<never, never>;
  'no-container-here': { readonly kind: string };
  'unlike-a-pod': { readonly kind: string; readonly field: string };
  'ambiguous-app-container': {
    readonly containers: readonly string[];
    /** Those that declare the app-port. */
    readonly declaring: readonly string[];
  };
  windows: Record<never, never>;
  'unknown-container': {
    readonly name: string;
    readonly containers: readonly string[];
    readonly nearest: string | undefined;
    readonly spelling: string;
  };
  'unknown-init-container': {
    readonly name: string;
    readonly containers: readonly string[];
    readonly nearest: string | undefined;
    readonly spelling: string;
  };
  'missing-app-port': { readonly because: string };
  'unused-app-channel': { readonly annotations: readonly string[] };
  'ignored-app-port': { readonly text: string };
  'invalid-app-port': { readonly text: string };
  'app-port-conflict': { readonly port: number; readonly purpose: string };
  'app-port-of-daps': { readonly port: number; readonly purpose: string };
  'port-taken': { readonly port: number; readonly container: string };
  'uncallable-address': { readonly url: string; readonly container: string };
  'unsendable-header': { readonly header: string; readonly container: string };
  'invalid-channel-address': { readonly text: string };
  'daprd-port-of-daps': {
    readonly annotation: string;
    readonly port: number;
    readonly purpose: string;
    readonly usual: string;
  };
  'native-sidecar-steered': { readonly text: string };
  'unknown-port-name': { readonly name: string; readonly container: string };
  'invalid-app-protocol': { readonly text: string };
  'missing-app-id': { readonly kind: string; readonly example: string };
  'unknown-app-id': { readonly kind: string; readonly example: string };
  'invalid-app-id': { readonly text: string };
  'duplicate-app-id': { readonly appId: string; readonly other: string };
  'invalid-dapr-annotation': {
    readonly annotation: string;
    readonly text: string;
    readonly rule: string;
    readonly example: string;
  };
  'annotation-not-a-string': {
    readonly annotation: string;
    readonly found: string;
    /** The same as text; undefined where it is no scalar. */
    readonly quoted: string | undefined;
  };
  'annotation-on-workload': { readonly annotation: string; readonly place: string };
  'ignored-workload-annotation': { readonly annotation: string; readonly place: string };
  'duplicate-container': { readonly name: string };
  'container-name-taken': { readonly name: string };
  'daprd-present': Record<never, never>;
  'host-network': Record<never, never>;
  'host-network-ports': Record<never, never>;
  'api-allowlist': { readonly configuration: string; readonly apis: readonly string[] };
  'unmatched-override': {
    readonly spelling: string;
    readonly match: string;
    readonly nearest: string | undefined;
    readonly workloads: readonly string[];
  };
  'shared-process-namespace': { readonly container: string; readonly command: string };
  'invalid-restart-policy': { readonly text: string; readonly allowed: readonly string[] };
  'graceful-shutdown-too-long': { readonly text: string; readonly instead: string };
  'invalid-grace-period': { readonly found: string };
  'no-grace-period': { readonly seconds: number };
  'grace-period-too-short': GraceArgs;
  'short-grace-period': GraceArgs;
  'path-needs-http': { readonly setting: string; readonly protocol: string };
  'unknown-annotation': { readonly annotation: string; readonly nearest: string | undefined };
  'unknown-setting': { readonly spelling: string; readonly nearest: string | undefined };
  'invalid-setting': {
    readonly spelling: string;
    readonly text: string;
    readonly rule: string;
    readonly example: string;
  };
  'request-above-limit': {
    readonly request: string;
    readonly requestSpelling: string;
    readonly limit: string;
    readonly spelling: string;
  };
  'not-in-this-version': { readonly spelling: string; readonly text: string; readonly instead: string };
  'kube-version-too-old': { readonly version: string };
  'dapr-version-too-old': { readonly version: string };
  'unreadable-file': {
    readonly path: string;
    readonly reason: string;
    /** A command that was meant, perhaps. */
    readonly command?: string | undefined;
  };
  'unwritable-file': { readonly path: string; readonly reason: string };
  'malformed-baseline': { readonly path: string; readonly reason: string };
  'malformed-config': { readonly path: string; readonly reason: string; readonly instead?: string };
  'not-a-resource-list': Record<never, never>;
  'unquoted-enabled': { readonly found: string };
  'enabled-not-true': { readonly text: string };
  'no-trust-anchors': { readonly spelling: string };
  'invalid-trust-anchors': { readonly spelling: string; readonly reason: string; readonly advice: string };
  'unknown-daprd-version': { readonly image: string };
  'daprd-too-old': { readonly version: string };
  'unknown-sidecar-image': { readonly image: string };
  'sidecar-image-too-old': { readonly image: string };
  'unknown-namespace': { readonly component: string; readonly namespace: string };
  'invalid-component-container': { readonly component: string };
  'no-helm': { readonly program: string };
  'helm-failed': { readonly program: string; readonly message: string };
  'unknown-helm': { readonly program: string; readonly version: string };
  'no-plugins-folder': { readonly program: string };
  'plugins-folder-of-helm-3': { readonly program: string; readonly version: string; readonly folder: string };
  'unwritable-plugin': { readonly path: string; readonly reason: string };
  'no-bundle': Record<never, never>;
  'unusable-node-path': { readonly path: string; readonly oldest: string };
  'no-such-command': { readonly program: string };
  'command-not-executable': { readonly program: string };
  'command-killed': { readonly command: string; readonly signal: string };
  'command-failed': { readonly command: string; readonly exitCode: number };
  'no-cluster-access': { readonly where: string; readonly reason: string };
  'cluster-access-denied': { readonly what: string; readonly message: string };
  'no-dapr': { readonly where: string };
  'several-daprs': { readonly namespaces: readonly string[] };
  'no-trust-bundle': { readonly namespace: string };
  'captured-key-taken': { readonly key: string; readonly path: string };
  'unknown-cluster-fact': { readonly key: string; readonly example: string };
  'cluster-drift': { readonly key: string; readonly file: string; readonly cluster: string };
  'expired-trust-anchor': { readonly subject: string; readonly date: string };
  'expiring-trust-anchor': { readonly subject: string; readonly date: string; readonly days: number };
  'daprd-newer-than-known': { readonly version: string; readonly known: string };
  'webhook-adds-second-daprd': { readonly version: string };
  'annotation-too-new': { readonly annotation: string; readonly needed: string; readonly version: string };
  'ignored-dapr-annotation': {
    readonly annotation: string;
    readonly text: string;
    readonly what: string;
    readonly effect: string;
    readonly instead: string;
  };
  'exec-pre-stop': { readonly container: string };
  'readiness-of-daprd': { readonly container: string };
  'probe-waits-for-gate': { readonly probe: string; readonly container: string };
  'block-shutdown': Record<never, never>;
  'knative-service': Record<never, never>;
  'old-dapr-annotation': { readonly annotation: string; readonly now: string; readonly text: string };
  'unknown-dapr-annotation': { readonly annotation: string; readonly nearest: string; readonly text: string };
  'unknown-kind': {
    readonly kind: string;
    /** An item of `workloads`, in flow style. */
    readonly item: string;
  };
  'no-pod-template': { readonly kind: string; readonly isInList: boolean };
  'unnamed-pod-template': { readonly kind: string; readonly place: string };
  'unknown-rule': { readonly spelling: string; readonly rule: string; readonly nearest: string | undefined };
  'unmatched-ignore': { readonly spelling: string; readonly rule: string };
  'ignore-without-reason': { readonly spelling: string };
  /** Without an item where `workloads` cannot name the place. */
  'unknown-injected-kind': { readonly kind: string; readonly item: string | undefined };
}

interface GraceArgs {
  readonly gracePeriod: string;
  readonly preStopDelay: string;
  readonly drainReserve: string;
  readonly needed: string;
  readonly spelling: string;
}
export type Code = keyof ProblemArgs;
