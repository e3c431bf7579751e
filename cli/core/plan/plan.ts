import { isTruthy } from '../dapr/truthy.ts';
import { type Problem, problem, severityOf } from '../diagnostic.ts';
import { formatPath, type Path, valueAt } from '../manifest/path.ts';
import type { MapValue, Value } from '../manifest/value.ts';
import type { WorkloadKind } from '../manifest/workload.ts';
import type { Result } from '../result.ts';
import { type Layer, type WorkloadSettings, workloadSettings } from '../settings/resolve.ts';
import type { SettingName } from '../settings/setting.ts';
import { type Annotations, enabledAnnotation, readAnnotations } from './annotations.ts';
import { findAppContainer } from './app-container.ts';
import { type DaprFacts, readDaprFacts } from './dapr-checks.ts';
import { checkInjector, type Daprd, type DaprdContext, isInline, planInline } from './daprd.ts';
import { checkGrace, graceSeconds } from './grace.ts';
import { itemsOf, mapOf, nameOf } from './pod.ts';
import { checkPod } from './pod-checks.ts';
import { steeredAnnotations } from './steering.ts';
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
  /** Names of the pod's volumes: none is added twice. */
  readonly volumes: readonly string[];
  /** The containers to which Dapr's injector gives APP_PROTOCOL, because they have none of their own. */
  readonly protocolReaders: readonly string[];
  readonly steered: ReadonlyMap<string, string>;
  readonly daprd: Daprd;
}

/** What is to be done with one workload. */
export type Plan =
  | { readonly kind: 'inject'; readonly facts: InjectFacts; readonly warnings: readonly Problem[] }
  /** No app-port: there is nothing to gate or drain, but daprd must outlive the app and let a Job complete. */
  | { readonly kind: 'daprd-only'; readonly daprd: Daprd; readonly warnings: readonly Problem[] }
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export type SkipReason = 'not-dapr-enabled' | 'disabled' | 'local-config';

/** An object that never reaches a cluster (KRM functions specification). */
const localConfigAnnotation = 'config.kubernetes.io/local-config';

/** What a plan is made from besides the workload. */
export interface PlanContext extends DaprdContext {
  readonly base: Layer;
}

/** Decides from the object as the API server would hold it. Problem paths start at the object's root. */
export const planWorkload = (object: Value, workload: WorkloadKind, context: PlanContext): Plan => {
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
  const { settings, problems: wrong } = workloadSettings(context.base, annotations.texts, annotations.path);
  if (!settings.enabled) return { kind: 'skip', reason: 'disabled' };
  const plan = planTemplate(mapOf(template), { kind: workload.kind, annotations, settings, context }, [
    ...unquoted,
    ...wrong,
  ]);
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

/** What every step of a plan looks at. */
interface Asked {
  readonly kind: string;
  readonly annotations: Annotations;
  readonly settings: WorkloadSettings;
  readonly context: PlanContext;
}

const planTemplate = (template: MapValue, asked: Asked, known: readonly Problem[]): Plan => {
  const { annotations, settings, context, kind } = asked;
  const spec = mapOf(template['spec']);
  const inline = isInline(settings, context);
  const { facts: dapr, problems: daprProblems } = readDaprFacts(annotations);
  const problems = [
    ...known,
    ...daprProblems
      .filter((found) => !known.some((earlier) => isSameField(earlier, found)))
      .filter((found) => !(inline && found.code === 'enabled-not-true')),
    ...checkPod(spec, kind),
    ...checkIdentity(dapr, template, kind, inline),
    ...checkPaths(dapr, settings, annotations),
    ...(inline ? [] : checkInjector(context, annotations.path)),
  ];
  const { appPort } = dapr;
  if (appPort === undefined) {
    const because = problems.some((found) => found.code === 'invalid-app-port') ? undefined : needsAppPort(annotations);
    if (because !== undefined) problems.push(problem('missing-app-port', { because }, annotations.path));
    const { daprd, problems: found } = planDaprd(template, asked, new Map());
    problems.push(...found);
    return hasErrors(problems) || daprd === undefined
      ? { kind: 'invalid', problems }
      : { kind: 'daprd-only', daprd, warnings: problems };
  }
  const container = findAppContainer(itemsOf(spec['containers']), settings.container, appPort, dapr.pluggable);
  if (!container.ok) return { kind: 'invalid', problems: [...problems, container.error] };
  return planContainer(container.value, template, { ...dapr, appPort }, asked, problems);
};

/** Who adds daprd, and what it will be like. */
const planDaprd = (
  template: MapValue,
  { annotations, settings, context }: Asked,
  steered: ReadonlyMap<string, string>,
): ReturnType<typeof planInline> => {
  if (!isInline(settings, context)) return { daprd: { by: 'injector' }, problems: [] };
  const name = nameOf(mapOf(template['metadata']));
  return planInline({ annotations, steered, spec: mapOf(template['spec']), name }, settings, context);
};

const planContainer = (
  container: MapValue,
  template: MapValue,
  dapr: InjectFacts['dapr'],
  asked: Asked,
  known: readonly Problem[],
): Plan => {
  const { annotations, settings } = asked;
  const spec = mapOf(template['spec']);
  const at: Path = ['spec', 'containers', { name: nameOf(container) }];
  const probe = readHandler(container['readinessProbe'], container, dapr.appHost, [...at, 'readinessProbe']);
  const preStop = readHandler(mapOf(container['lifecycle'])['preStop'], container, dapr.appHost, [
    ...at,
    'lifecycle',
    'preStop',
  ]);
  const grace = graceSeconds(spec, settings);
  const steered = steeredAnnotations(dapr, isTruthy(annotations.texts.get('dapr.io/app-ssl') ?? ''));
  const { daprd, problems: daprdProblems } = planDaprd(template, asked, steered);
  const problems = [
    ...known,
    ...failed(probe),
    ...failed(preStop),
    ...checkGrace(grace.seconds, settings, annotations),
    ...daprdProblems,
  ];
  if (preStop.ok && preStop.value.kind === 'exec')
    problems.push(problem('exec-pre-stop', { container: nameOf(container) }, [...at, 'lifecycle', 'preStop']));
  if (hasErrors(problems) || !probe.ok || !preStop.ok || daprd === undefined) return { kind: 'invalid', problems };
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
      volumes: itemsOf(spec['volumes']).map(nameOf),
      protocolReaders: itemsOf(spec['containers'])
        .filter((one) => !dapr.pluggable.includes(nameOf(one)))
        .filter((one) => !itemsOf(one['env']).some((variable) => nameOf(variable) === 'APP_PROTOCOL'))
        .map(nameOf)
        .filter((name) => name !== ''),
      steered,
      daprd,
    },
  };
};

/** What is not even a string is not also a wrong one. */
const isSameField = (a: Problem, b: Problem): boolean =>
  a.path !== undefined && b.path !== undefined && formatPath(a.path) === formatPath(b.path);

const failed = (result: Result<Handler, Problem>): readonly Problem[] => (result.ok ? [] : [result.error]);

const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some((found) => severityOf(found.code) === 'error');

/** A Pod and a StatefulSet's pods have their name at admission, all others get one later; in a manifest only a Pod has. */
const checkIdentity = (dapr: DaprFacts, template: MapValue, kind: string, inline: boolean): readonly Problem[] => {
  if (dapr.appId !== undefined) return [];
  const hasName = kind === 'Pod' && nameOf(mapOf(template['metadata'])) !== '';
  if (inline) return hasName ? [] : [problem('missing-app-id', { kind, inline }, ['metadata', 'annotations'])];
  return kind === 'Pod' || kind === 'StatefulSet'
    ? []
    : [problem('missing-app-id', { kind, inline }, ['metadata', 'annotations'])];
};

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
