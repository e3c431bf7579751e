import { isSeqValue, type MapValue } from '../../manifest/model/value.ts';
import { mapOf, numberOf, resolvePort, textOf } from '../../manifest/object/pod.ts';
import type { LintContainer, LintWorkload } from '../scene/scene.ts';

export type ProbeName = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

/** A probe of a container; undefined where there is none. */
export const probeOf = ({ value }: LintContainer, name: ProbeName): MapValue | undefined =>
  (value[name] ?? null) === null ? undefined : mapOf(value[name]);

/** The words of a list such as `command`. What is no text is left out. */
export const wordsOf = (list: MapValue[string] | undefined): readonly string[] =>
  isSeqValue(list) ? list.flatMap((word) => textOf(word) ?? []) : [];

/** What a probe asks, as a text that is the same for two probes that ask the same; undefined where it asks nothing. */
const askedBy = (probe: MapValue, { value }: LintContainer): string | undefined => {
  const portOf = (action: MapValue): string => {
    const port = resolvePort(value, action['port']);
    return typeof port === 'number' ? String(port) : port.unknown;
  };
  const [httpGet, tcpSocket, grpc] = ['httpGet', 'tcpSocket', 'grpc'].map((kind) => mapOf(probe[kind]));
  if (httpGet?.['port'] !== undefined) return `http ${portOf(httpGet)} ${textOf(httpGet['path']) || '/'}`;
  if (tcpSocket?.['port'] !== undefined) return `tcp ${portOf(tcpSocket)}`;
  if (grpc?.['port'] !== undefined) return `grpc ${portOf(grpc)} ${textOf(grpc['service']) ?? ''}`;
  const command = wordsOf(mapOf(probe['exec'])['command']);
  return command.length === 0 ? undefined : `exec ${command.join('\0')}`;
};

/** The path that a probe GETs from the app's own port; undefined for any other probe. */
export const appPathOf = (probe: MapValue, { dapr }: LintWorkload, { value }: LintContainer): string | undefined => {
  const action = mapOf(probe['httpGet']);
  const isOwn = (textOf(action['host']) ?? '') === '' && action['port'] !== undefined;
  return isOwn && resolvePort(value, action['port']) === dapr.appPort ? textOf(action['path']) || '/' : undefined;
};

/** Whether a probe fails for as long as the app is not ready: it asks what the readinessProbe asks, or ready-path. */
const failsUntilReady = (probe: MapValue, workload: LintWorkload, app: LintContainer): boolean => {
  const readiness = probeOf(app, 'readinessProbe');
  const asked = askedBy(probe, app);
  if (asked !== undefined && readiness !== undefined && askedBy(readiness, app) === asked) return true;
  const { readyPath } = workload.settings;
  return readyPath !== undefined && appPathOf(probe, workload, app) === readyPath;
};

/** A probe that ends the app's container before the app must have started, by the manifest's own word. */
export interface EarlyKill {
  /** When the kubelet ends the container, after its start. */
  readonly killSeconds: number;
  readonly start: DeclaredStart;
}

/** Whether a probe of the app kills it while it may still start; undefined where it does not, or nothing says so. */
export const killsBeforeStart = (
  name: ProbeName,
  workload: LintWorkload,
  app: LintContainer,
): EarlyKill | undefined => {
  const probe = probeOf(app, name);
  const start = declaredStart(workload, app);
  if (probe === undefined || start === undefined || !failsUntilReady(probe, workload, app)) return undefined;
  const killSeconds = firstKillSeconds(probe);
  return killSeconds >= start.seconds ? undefined : { killSeconds, start };
};

/** When the kubelet ends a container whose probe never succeeds (Kubernetes' defaults: 0 s, 10 s and 3). */
const firstKillSeconds = (probe: MapValue): number => {
  const number = (name: string): number => numberOf(probe[name]) ?? 0;
  return number('initialDelaySeconds') + (number('periodSeconds') || 10) * (number('failureThreshold') || 3);
};

interface DeclaredStart {
  readonly seconds: number;
  readonly spelling: string;
}

/** How long the app may take to start by its own manifest, and where that stands; undefined where nothing says it. */
const declaredStart = ({ settings }: LintWorkload, app: LintContainer): DeclaredStart | undefined => {
  const delay = numberOf(probeOf(app, 'readinessProbe')?.['initialDelaySeconds']) ?? 0;
  const timeout = typeof settings.readyTimeoutMs === 'number' ? settings.readyTimeoutMs / 1000 : 0;
  if (delay === 0 && timeout === 0) return undefined;
  return timeout >= delay
    ? { seconds: timeout, spelling: `${settings.spellingOf('ready-timeout')} is ${timeout} s` }
    : { seconds: delay, spelling: `the readinessProbe first asks after ${delay} s` };
};
