import { usualCallerDelay } from '../../../proxy/contract/names.ts';
import { meshNames } from './mesh-names.ts';
import type { SettingType } from './setting-type.ts';

/** One setting of a workload: an annotation, a flag, an environment variable and a key of `.daps.yaml` at once. */
export interface Setting {
  /** kebab-case: `daps.io/<name>`, `--<name>`, `DAPS_<NAME>`, camelCase in the file. */
  readonly name: WorkloadSettingName;
  readonly type: SettingType;
  readonly fallback: string | undefined;
  /** What the default is where it is not a plain value; for help and docs. */
  readonly fallbackText?: string;
  readonly summary: string;
}

const path: SettingType = {
  kind: 'text',
  pattern: /^\/[!-~]*$/,
  example: '/healthz',
  rule: 'must start with "/" and hold no spaces',
};
const containerName = (example: string): SettingType => ({
  kind: 'text',
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  example,
  rule: 'must be a container name',
});
const quantity = (example: string): SettingType => ({ kind: 'quantity', example, isLimit: false });
const limit = (example: string): SettingType => ({ kind: 'quantity', example, isLimit: true });

/** Where the sidecar's images are; the CLI's own version is the tag. */
export const imageRepository = 'daps/daps-sidecar';

export const workloadSettingNames = [
  'enabled',
  'container',
  'ready-path',
  'ready-timeout',
  'busy-path',
  'pre-stop-delay',
  'caller-delay',
  'grace-period',
  'drain-reserve',
  'give-back-after',
  'redelivery',
  'replays',
  'daprd',
  'daprd-before',
  'mesh',
  'mode',
  'image',
  'image-pull-policy',
  'cpu-request',
  'cpu-limit',
  'memory-request',
  'memory-limit',
  'log-level',
] as const;
export type WorkloadSettingName = (typeof workloadSettingNames)[number];

/** Every setting a workload can have, in the order of the docs. */
export const workloadSettings: readonly Setting[] = [
  {
    name: 'enabled',
    type: { kind: 'boolean' },
    fallback: undefined,
    fallbackText: 'follows dapr.io/enabled',
    summary: '"false" leaves the workload alone',
  },
  {
    name: 'container',
    type: containerName('app'),
    fallback: undefined,
    fallbackText: 'the one that declares the app-port, is called app, or is the only one',
    summary: 'the app container',
  },
  {
    name: 'ready-path',
    type: path,
    fallback: undefined,
    fallbackText: "the app container's readinessProbe, else a TCP connect",
    summary: 'GET of this path on the app; 200–399 means ready',
  },
  {
    name: 'ready-timeout',
    type: { kind: 'duration', alsoNever: true },
    fallback: undefined,
    fallbackText: 'never with ready-path, 120s with a lifted probe',
    summary: 'open the gate after this long all the same',
  },
  {
    name: 'busy-path',
    type: path,
    fallback: undefined,
    fallbackText: '–',
    summary: 'GET of this path on the app answers {"busy": true|false}; asked when nothing is in flight',
  },
  {
    name: 'pre-stop-delay',
    type: { kind: 'duration' },
    fallback: '5s',
    summary: 'the app keeps running and serving at least this long after its pod was deleted',
  },
  {
    name: 'caller-delay',
    type: { kind: 'duration' },
    fallback: usualCallerDelay,
    summary:
      'an app that other apps call through Dapr is kept this long, for their daprds may know its address; 0s: no longer',
  },
  {
    name: 'grace-period',
    type: { kind: 'duration' },
    fallback: undefined,
    fallbackText: '–',
    summary: 'raises terminationGracePeriodSeconds to this; never lowers it',
  },
  {
    name: 'drain-reserve',
    type: { kind: 'duration' },
    fallback: '5s',
    summary: "the part of the grace period left for the app's own SIGTERM handling",
  },
  {
    name: 'give-back-after',
    type: { kind: 'duration' },
    fallback: '30s',
    summary: 'an app down for longer: its messages go back to the broker',
  },
  {
    name: 'redelivery',
    type: { kind: 'choice', choices: ['auto', 'certain', 'uncertain'] },
    fallback: 'auto',
    summary:
      'uncertain: the broker does not deliver again what was not acknowledged, so nothing is held and daprd ends before the app; auto is uncertain where all Components of the stream that bring the app its messages are so',
  },
  {
    name: 'replays',
    type: { kind: 'count', min: 0, max: 100 },
    fallback: '2',
    summary: 'how often a delivery cut by an app crash is handed to the restarted app before it is let fail',
  },
  {
    name: 'daprd',
    type: { kind: 'choice', choices: ['auto', 'inline', 'injector'] },
    fallback: 'auto',
    summary:
      "who adds daprd: daps itself (inline), or the cluster's injector; auto is inline when trust anchors are set",
  },
  {
    name: 'daprd-before',
    type: containerName('migrate'),
    fallback: undefined,
    fallbackText: "the first whose command, arguments or variables name daprd's API",
    summary:
      'the init container that calls daprd: an inline daprd starts before it, and it waits for daprd; none: daprd starts after all of them',
  },
  {
    name: 'mesh',
    type: { kind: 'choice', choices: ['auto', ...meshNames, 'none'] },
    fallback: 'auto',
    summary:
      "the service mesh of the pod, which daps' control port is kept out of; auto goes by the pod's own labels and annotations",
  },
  {
    name: 'mode',
    type: { kind: 'choice', choices: ['sidecar'], later: ['standalone'] },
    fallback: 'sidecar',
    summary: 'standalone: daprd and daps in a Deployment of their own (not in this version)',
  },
  {
    name: 'image',
    type: {
      kind: 'text',
      pattern: /^[a-zA-Z0-9][\w./:@-]*$/,
      example: 'registry.example/daps-sidecar:1.2.3',
      rule: 'must be an image reference',
    },
    fallback: undefined,
    fallbackText: `${imageRepository}:<the CLI's version>`,
    summary: "the daps sidecar's image",
  },
  {
    name: 'image-pull-policy',
    type: { kind: 'choice', choices: ['Always', 'IfNotPresent', 'Never'] },
    fallback: undefined,
    fallbackText: "Kubernetes' own",
    summary: "the daps sidecar's imagePullPolicy",
  },
  {
    name: 'cpu-request',
    type: quantity('20m'),
    fallback: '20m',
    summary: "the daps sidecar's CPU request; a lower cpu-limit lowers its default",
  },
  {
    name: 'cpu-limit',
    type: limit('500m'),
    fallback: undefined,
    fallbackText: '–',
    summary: "the daps sidecar's CPU limit",
  },
  {
    name: 'memory-request',
    type: quantity('64Mi'),
    fallback: '64Mi',
    summary: "the daps sidecar's memory request; a lower memory-limit lowers its default",
  },
  {
    name: 'memory-limit',
    type: limit('192Mi'),
    fallback: '192Mi',
    summary: "the daps sidecar's memory limit; a higher memory-request raises its default",
  },
  {
    name: 'log-level',
    type: { kind: 'choice', choices: ['debug', 'info', 'warn', 'error'] },
    fallback: 'info',
    summary: "the daps sidecar's log level",
  },
];

export const findSetting = (name: string): Setting | undefined =>
  workloadSettings.find((setting) => setting.name === name);

/** The three spellings of a name. */
export const annotationOf = (name: string): string => `daps.io/${name}`;
export const variableOf = (name: string): string => `DAPS_${name.toUpperCase().replaceAll('-', '_')}`;
export const keyOf = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
