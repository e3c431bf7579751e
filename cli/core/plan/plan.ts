import { isTruthy } from '../dapr/truthy.ts';
import { type Problem, problem, severityOf } from '../diagnostic.ts';
import { formatPath, type Path, valueAt } from '../manifest/path.ts';
import type { MapValue, Value } from '../manifest/value.ts';
import type { WorkloadKind } from '../manifest/workload.ts';
import type { Result } from '../result.ts';
import { formatDuration } from '../settings/duration.ts';
import { type Layer, type WorkloadSettings, workloadSettings } from '../settings/resolve.ts';
import type { SettingName } from '../settings/setting.ts';
import { type Annotations, enabledAnnotation, readAnnotations } from './annotations.ts';
import { findAppContainer } from './app-container.ts';
import { type DaprFacts, readDaprFacts } from './dapr-checks.ts';
import { itemsOf, mapOf, nameOf, numberOf } from './pod.ts';
import { checkPod } from './pod-checks.ts';
import { type Handler, readHandler, type Target } from './target.ts';

/** Everything the passes need to know of a pod that gets the sidecar. */
export interface InjectFacts {
  readonly dapr: DaprFacts & { readonly appPort: number };
  readonly settings: WorkloadSettings;
  readonly appContainer: string;
  readonly ready: Target | undefined;
  readonly preStop: Handler;
  /** The grace period the manifest has, undefined where it is Kubernetes' 30 s. */
  readonly writtenGraceSeconds: number | undefined;
  readonly graceSeconds: number;
  readonly hasLegacySsl: boolean;
  /** Names of the pod's volumes: none is added twice. */
  readonly volumes: readonly string[];
  /** The containers to which Dapr's injector gives APP_PROTOCOL, because they have none of their own. */
  readonly protocolReaders: readonly string[];
}

/** What is to be done with one workload. */
export type Plan =
  | { readonly kind: 'inject'; readonly facts: InjectFacts; readonly warnings: readonly Problem[] }
  /** No app-port: there is nothing to gate or drain, but daprd must outlive the app and let a Job complete. */
  | { readonly kind: 'daprd-only'; readonly warnings: readonly Problem[] }
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export type SkipReason = 'not-dapr-enabled' | 'disabled' | 'local-config';

const defaultGraceSeconds = 30;

/** An object that never reaches a cluster (KRM functions specification). */
const localConfigAnnotation = 'config.kubernetes.io/local-config';

/** Decides from the object as the API server would hold it. Problem paths start at the object's root. */
export const planWorkload = (object: Value, workload: WorkloadKind, base: Layer): Plan => {
  const template = valueAt(object, workload.path);
  const misplaced = findMisplaced(object, workload);
  const { annotations, problems: unquoted } = readAnnotations(template);
  const enabled = annotations.texts.get(enabledAnnotation);
  if (enabled === undefined || !isTruthy(enabled)) {
    return misplaced.length > 0 && enabled === undefined
      ? { kind: 'invalid', problems: misplaced }
      : { kind: 'skip', reason: 'not-dapr-enabled' };
  }
  if (valueAt(object, ['metadata', 'annotations', localConfigAnnotation]) === 'true')
    return { kind: 'skip', reason: 'local-config' };
  const { settings, problems: wrong } = workloadSettings(base, annotations.texts, annotations.path);
  if (!settings.enabled) return { kind: 'skip', reason: 'disabled' };
  const plan = planTemplate(mapOf(template), workload.kind, annotations, settings, [...unquoted, ...wrong]);
  return relocate(plan, workload.path, misplaced);
};

/** Dapr reads the pod template only; what stands on the workload was meant for it. */
const findMisplaced = (object: Value, workload: WorkloadKind): readonly Problem[] => {
  if (workload.path.length === 0) return [];
  const above = workload.path
    .map((_, index) => workload.path.slice(0, index))
    .filter((path) => path.length === 0 || path.at(-1) === 'jobTemplate');
  const inTemplate = mapOf(valueAt(object, [...workload.path, 'metadata', 'annotations']));
  return above.flatMap((path) => {
    const at = [...path, 'metadata', 'annotations'];
    return Object.keys(mapOf(valueAt(object, at)))
      .filter((annotation) => annotation.startsWith('dapr.io/') && !(annotation in inTemplate))
      .map((annotation) =>
        problem('annotation-on-workload', { annotation, template: formatPath(workload.path) }, [...at, annotation]),
      );
  });
};

const relocate = (plan: Plan, path: Path, extra: readonly Problem[]): Plan => {
  const move = (found: Problem): Problem =>
    found.path === undefined ? found : { ...found, path: [...path, ...found.path] };
  switch (plan.kind) {
    case 'skip':
      return plan;
    case 'invalid':
      return { ...plan, problems: [...extra, ...plan.problems.map(move)] };
    case 'inject':
    case 'daprd-only':
      return extra.length > 0
        ? { kind: 'invalid', problems: [...extra, ...plan.warnings.map(move)] }
        : { ...plan, warnings: plan.warnings.map(move) };
  }
};

const planTemplate = (
  template: MapValue,
  kind: string,
  annotations: Annotations,
  settings: WorkloadSettings,
  known: readonly Problem[],
): Plan => {
  const spec = mapOf(template['spec']);
  const { facts: dapr, problems: daprProblems } = readDaprFacts(annotations);
  const problems = [
    ...known,
    ...daprProblems.filter((found) => !known.some((earlier) => isSameField(earlier, found))),
    ...checkPod(spec, kind),
    ...checkIdentity(dapr, kind),
    ...checkPaths(dapr, settings, annotations),
  ];
  const { appPort } = dapr;
  if (appPort === undefined) {
    const because = problems.some((found) => found.code === 'invalid-app-port') ? undefined : needsAppPort(annotations);
    if (because !== undefined) problems.push(problem('missing-app-port', { because }, annotations.path));
    return hasErrors(problems) ? { kind: 'invalid', problems } : { kind: 'daprd-only', warnings: problems };
  }
  const container = findAppContainer(itemsOf(spec['containers']), settings.container, appPort, dapr.pluggable);
  if (!container.ok) return { kind: 'invalid', problems: [...problems, container.error] };
  return planContainer(container.value, spec, { ...dapr, appPort }, settings, annotations, problems);
};

const planContainer = (
  container: MapValue,
  spec: MapValue,
  dapr: InjectFacts['dapr'],
  settings: WorkloadSettings,
  annotations: Annotations,
  known: readonly Problem[],
): Plan => {
  const at: Path = ['spec', 'containers', { name: nameOf(container) }];
  const probe = readHandler(container['readinessProbe'], container, dapr.appHost, [...at, 'readinessProbe']);
  const preStop = readHandler(mapOf(container['lifecycle'])['preStop'], container, dapr.appHost, [
    ...at,
    'lifecycle',
    'preStop',
  ]);
  const grace = graceSeconds(spec, settings);
  const problems = [
    ...known,
    ...failed(probe),
    ...failed(preStop),
    ...checkGrace(grace.seconds, settings, annotations),
  ];
  if (preStop.ok && preStop.value.kind === 'exec')
    problems.push(problem('exec-pre-stop', { container: nameOf(container) }, [...at, 'lifecycle', 'preStop']));
  if (hasErrors(problems) || !probe.ok || !preStop.ok) return { kind: 'invalid', problems };
  return {
    kind: 'inject',
    warnings: problems,
    facts: {
      dapr,
      settings,
      appContainer: nameOf(container),
      ready: probe.value.kind === 'target' ? probe.value.target : undefined,
      preStop: preStop.value,
      writtenGraceSeconds: grace.written,
      graceSeconds: grace.seconds,
      hasLegacySsl: isTruthy(annotations.texts.get('dapr.io/app-ssl') ?? ''),
      volumes: itemsOf(spec['volumes']).map(nameOf),
      protocolReaders: itemsOf(spec['containers'])
        .filter((one) => !dapr.pluggable.includes(nameOf(one)))
        .filter((one) => !itemsOf(one['env']).some((variable) => nameOf(variable) === 'APP_PROTOCOL'))
        .map(nameOf)
        .filter((name) => name !== ''),
    },
  };
};

/** What is not even a string is not also a wrong one. */
const isSameField = (a: Problem, b: Problem): boolean =>
  a.path !== undefined && b.path !== undefined && formatPath(a.path) === formatPath(b.path);

const failed = (result: Result<Handler, Problem>): readonly Problem[] => (result.ok ? [] : [result.error]);

const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some((found) => severityOf(found.code) === 'error');

/** A Pod and a StatefulSet's pods have their name at admission; all others get one later. */
const checkIdentity = (dapr: DaprFacts, kind: string): readonly Problem[] =>
  dapr.appId === undefined && kind !== 'Pod' && kind !== 'StatefulSet'
    ? [problem('missing-app-id', { kind }, ['metadata', 'annotations'])]
    : [];

/** A path is asked for over HTTP/1.1, which a gRPC port does not answer: the gate would stay shut. */
const checkPaths = (dapr: DaprFacts, settings: WorkloadSettings, annotations: Annotations): readonly Problem[] => {
  if (dapr.appProtocol !== 'grpc' && dapr.appProtocol !== 'grpcs') return [];
  const set: readonly SettingName[] = [
    ...(settings.readyPath === undefined ? [] : ['ready-path' as const]),
    ...(settings.busyPath === undefined ? [] : ['busy-path' as const]),
  ];
  return set.map((setting) => {
    const spelling = settings.spellingOf(setting);
    const path = annotations.texts.has(spelling) ? [...annotations.path, spelling] : annotations.path;
    return problem('path-needs-http', { setting: spelling, protocol: dapr.appProtocol }, path);
  });
};

const appPortUsers = [
  'dapr.io/app-protocol',
  'dapr.io/app-ssl',
  'dapr.io/enable-app-health-check',
  'dapr.io/app-health-check-path',
  'dapr.io/app-max-concurrency',
];

/** An annotation that makes sense only with an app-port shows that it was forgotten. */
const needsAppPort = (annotations: Annotations): string | undefined => {
  const user = [...annotations.texts.keys()].find(
    (name) =>
      appPortUsers.includes(name) ||
      (name.startsWith('daps.io/') && !['daps.io/enabled', 'daps.io/status'].includes(name)),
  );
  return user === undefined ? undefined : `${user} is set`;
};

const graceSeconds = (spec: MapValue, settings: WorkloadSettings): { written: number | undefined; seconds: number } => {
  const written = numberOf(spec['terminationGracePeriodSeconds']);
  const wanted = settings.gracePeriodMs === undefined ? 0 : Math.ceil(settings.gracePeriodMs / 1000);
  return { written, seconds: Math.max(written ?? defaultGraceSeconds, wanted) };
};

const checkGrace = (seconds: number, settings: WorkloadSettings, annotations: Annotations): readonly Problem[] => {
  if (seconds <= 0) return [problem('no-grace-period', { seconds }, ['spec', 'terminationGracePeriodSeconds'])];
  const usedMs = settings.preStopDelayMs + settings.drainReserveMs;
  if (seconds * 1000 > usedMs) return [];
  const named = ['daps.io/pre-stop-delay', 'daps.io/drain-reserve', 'daps.io/grace-period'].find((name) =>
    annotations.texts.has(name),
  );
  const path: Path = named === undefined ? ['spec', 'terminationGracePeriodSeconds'] : [...annotations.path, named];
  const args = {
    gracePeriod: `${seconds}s`,
    preStopDelay: formatDuration(settings.preStopDelayMs),
    drainReserve: formatDuration(settings.drainReserveMs),
    needed: formatDuration(Math.ceil((usedMs + 20_000) / 1000) * 1000),
    spelling: settings.spellingOf('grace-period'),
  };
  return [problem('grace-period-too-short', args, path)];
};
