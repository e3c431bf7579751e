import { usualCallerDelay } from '../../../proxy/contract/names.ts';
import { meshNames } from './mesh-names.ts';
import {
  boolean,
  choice,
  count,
  duration,
  durationOrNever,
  limit,
  quantity,
  type SettingType,
  text,
} from './setting-type.ts';

interface SettingSpec {
  readonly type: SettingType;
  readonly fallback: string | undefined;
  /** What the default is where it is not a plain value; for help and docs. */
  readonly fallbackText?: string;
  readonly summary: string;
}

/** One setting of a workload: an annotation, a flag, an environment variable and a key of `.daps.yaml` at once. */
export interface Setting extends SettingSpec {
  /** kebab-case: `daps.io/<name>`, `--<name>`, `DAPS_<NAME>`, camelCase in the file. */
  readonly name: WorkloadSettingName;
}

const path: SettingType = text(/^\/[!-~]*$/, '/healthz', 'must start with "/" and hold no spaces');
const containerName = (example: string): SettingType =>
  text(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, example, 'must be a container name');

/** Where the sidecar's images are; the CLI's own version is the tag. */
export const imageRepository = 'daps/daps-sidecar';

/** Every setting a workload can have, in the order of the docs. */
const table = {
  enabled: {
    type: boolean,
    fallback: undefined,
    fallbackText: 'follows dapr.io/enabled',
    summary: '"false" leaves the workload alone',
  },
  container: {
    type: containerName('app'),
    fallback: undefined,
    fallbackText: 'the one that declares the app-port, is called app, or is the only one',
    summary: 'the app container',
  },
  'ready-path': {
    type: path,
    fallback: undefined,
    fallbackText: "the app container's readinessProbe, else a TCP connect",
    summary: 'GET of this path on the app; 200–399 means ready',
  },
  'ready-timeout': {
    type: durationOrNever,
    fallback: undefined,
    fallbackText: 'never with ready-path, 120s with a lifted probe',
    summary: 'open the gate after this long even if the app is not ready',
  },
  'busy-path': {
    type: path,
    fallback: undefined,
    fallbackText: '–',
    summary: 'GET of this path on the app answers {"busy": true|false}; asked when nothing is in flight',
  },
  'pre-stop-delay': {
    type: duration,
    fallback: '5s',
    summary: 'the app keeps running and serving at least this long after its pod was deleted',
  },
  'caller-delay': {
    type: duration,
    fallback: usualCallerDelay,
    summary:
      'an app that other apps call through Dapr is kept this long, for their daprds may know its address; 0s: no longer',
  },
  'grace-period': {
    type: duration,
    fallback: undefined,
    fallbackText: '–',
    summary: 'raises terminationGracePeriodSeconds to this; never lowers it',
  },
  'drain-reserve': {
    type: duration,
    fallback: '5s',
    summary: "the part of the grace period left for the app's own SIGTERM handling",
  },
  'give-back-after': {
    type: duration,
    fallback: '30s',
    summary: 'an app down for longer: its messages go back to the broker',
  },
  redelivery: {
    type: choice(['auto', 'certain', 'uncertain']),
    fallback: 'auto',
    summary:
      'uncertain: the broker does not deliver again what was not acknowledged, so nothing is held and daprd ends before the app; auto is uncertain where all Components of the stream that bring the app its messages are so',
  },
  replays: {
    type: count(0, 100),
    fallback: '2',
    summary: 'how often a delivery cut by an app crash is sent to the restarted app again before daps gives it up',
  },
  daprd: {
    type: choice(['auto', 'inline', 'injector']),
    fallback: 'auto',
    summary:
      "who adds daprd: daps itself (inline), or the cluster's injector; auto is inline when trust anchors are set",
  },
  'daprd-before': {
    type: containerName('migrate'),
    fallback: undefined,
    fallbackText: "the first whose command, arguments or variables name daprd's API",
    summary:
      'the init container that calls daprd: an inline daprd starts before it, and it waits for daprd; none: daprd starts after all of them',
  },
  mesh: {
    type: choice(['auto', ...meshNames, 'none']),
    fallback: 'auto',
    summary:
      "the service mesh of the pod, which daps' control port is kept out of; auto goes by the pod's own labels and annotations",
  },
  mode: {
    type: choice(['sidecar'], ['standalone']),
    fallback: 'sidecar',
    summary: 'standalone: daprd and daps in a Deployment of their own (not in this version)',
  },
  image: {
    type: text(/^[a-zA-Z0-9][\w./:@-]*$/, 'registry.example/daps-sidecar:1.2.3', 'must be an image reference'),
    fallback: undefined,
    fallbackText: `${imageRepository}:<the CLI's version>`,
    summary: "the daps sidecar's image",
  },
  'image-pull-policy': {
    type: choice(['Always', 'IfNotPresent', 'Never']),
    fallback: undefined,
    fallbackText: "Kubernetes' own",
    summary: "the daps sidecar's imagePullPolicy",
  },
  'cpu-request': {
    type: quantity('20m'),
    fallback: '20m',
    summary: "the daps sidecar's CPU request; a lower cpu-limit lowers its default",
  },
  'cpu-limit': {
    type: limit('500m'),
    fallback: undefined,
    fallbackText: '–',
    summary: "the daps sidecar's CPU limit",
  },
  'memory-request': {
    type: quantity('64Mi'),
    fallback: '64Mi',
    summary: "the daps sidecar's memory request; a lower memory-limit lowers its default",
  },
  'memory-limit': {
    type: limit('192Mi'),
    fallback: '192Mi',
    summary: "the daps sidecar's memory limit; a higher memory-request raises its default",
  },
  'log-level': {
    type: choice(['debug', 'info', 'warn', 'error']),
    fallback: 'info',
    summary: "the daps sidecar's log level",
  },
} as const satisfies Readonly<Record<string, SettingSpec>>;

export type WorkloadSettingName = keyof typeof table;
export const workloadSettingNames = Object.keys(table) as readonly WorkloadSettingName[];

export const workloadSettings: readonly Setting[] = workloadSettingNames.map((name) => ({ name, ...table[name] }));

const byName: ReadonlyMap<string, Setting> = new Map(workloadSettings.map((setting) => [setting.name, setting]));

export const findSetting = (name: string): Setting | undefined => byName.get(name);

/** The three spellings of a name. */
export const annotationOf = (name: string): string => `daps.io/${name}`;
export const variableOf = (name: string): string => `DAPS_${name.toUpperCase().replaceAll('-', '_')}`;
export const keyOf = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
