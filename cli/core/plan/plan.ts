import type { Result } from '../../../proxy/contract/result.ts';
import { isTruthy } from '../dapr/truthy.ts';
import { leavesAlone, type Problem, problem, severityOf } from '../diagnostic.ts';
import { formatPath, type Path, valueAt } from '../manifest/model/path.ts';
import type { MapValue, Value } from '../manifest/model/value.ts';
import { itemsOf, mapOf, nameOf } from '../manifest/object/pod.ts';
import { pathInObject, templateOf, type WorkloadKind, workloadKinds } from '../manifest/object/workload.ts';
import { type Layer, resolveWorkloadSettings, type WorkloadSettings } from '../settings/resolve-workload.ts';
import type { WorkloadSettingName } from '../settings/workload-settings.ts';
import { type Annotations, enabledAnnotation, readAnnotations } from './annotations.ts';
import { type ApiAllowlist, checkAllowlist, refusesShutdown } from './api-allowlist.ts';
import { findAppContainer } from './app-container.ts';
import { type DaprFacts, isHttp1, readDaprFacts } from './dapr-checks.ts';
import { checkInjector, type Daprd, type DaprdContext, isInline, planInline } from './daprd.ts';
import { fitGrace, graceSeconds } from './grace.ts';
import { type Handler, type HttpTarget, isLoopback, readHandler } from './http-target.ts';
import { checkIdentity } from './identity.ts';
import { type InboundRetries, unretriedOf } from './inbound-retries.ts';
import { type Exclusion, isIstioOverride, meshContainers, meshExclusion } from './mesh.ts';
import { findMisplaced, isMeant, misplacedProblems } from './misplaced.ts';
import { checkNames } from './name-checks.ts';
import { checkWithoutPort } from './no-app-port.ts';
import { asOwnKind, checkOwnKind } from './own-kind.ts';
import { checkHostNetwork, checkPod } from './pod-checks.ts';
import { type ProbeTimes, probeTimesOf } from './probe-times.ts';
import { checkProbesOfDaprd, isReadinessOfDaprd } from './probes-of-daprd.ts';
import { protocolReadersOf } from './protocol-readers.ts';
import { type MessageSource, type Redelivery, redeliveryOf } from './redelivery.ts';
import { type ResourceClass, resourceClass } from './resource-class.ts';
import { canTake, type Taken } from './run-wide.ts';
import { type SidecarSecurity, sidecarSecurity } from './sidecar-security.ts';
import { checkNativeSidecar, steeredAnnotations } from './steering.ts';
import { checkWindows } from './windows.ts';

/** Everything the passes need to know of a pod that gets the sidecar. */
export interface InjectFacts {
  readonly dapr: DaprFacts & { readonly appPort: number };
  readonly settings: WorkloadSettings;
  readonly appContainer: string;
  readonly ready: HttpTarget | undefined;
  readonly probeTimes: ProbeTimes;
  /** Whether the app's readinessProbe is a command, which no other container can run. */
  readonly hasExecProbe: boolean;
  readonly preStop: Handler;
  /** The containers beside the app that have no preStop hook, and those that have one. */
  readonly withoutHook: readonly string[];
  readonly withHook: readonly string[];
  /** The grace period the manifest has, undefined where it is Kubernetes' 30 s. */
  readonly writtenGraceSeconds: number | undefined;
  readonly graceSeconds: number;
  /** Whether a broker delivers again what was not acknowledged. */
  readonly redelivery: Redelivery;
  /** Components that may lose what a sidecar that is killed has in flight, as far as the stream tells. */
  readonly unretried: readonly string[];
  /** Where daprd stands in the list of native sidecars, seen from daps: the kubelet ends the last one first. */
  readonly daprdPlace: 'before' | 'behind';
  /** Names of the pod's volumes: none is added twice. */
  readonly volumes: readonly string[];
  readonly protocolReaders: readonly string[];
  readonly steered: ReadonlyMap<string, string>;
  readonly daprd: Daprd;
  /** What keeps the sidecar's control port out of a service mesh, where the pod is in one. */
  readonly exclusion: Exclusion | undefined;
  readonly security: SidecarSecurity;
  readonly resourceClass: ResourceClass;
}

/** What is to be done with one workload. */
export type Plan =
  | { readonly kind: 'inject'; readonly facts: InjectFacts; readonly warnings: readonly Problem[] }
  /** No app-port: there is nothing to gate or drain, but daprd must outlive the app and let a Job complete. */
  | { readonly kind: 'daprd-only'; readonly daprd: Daprd; readonly warnings: readonly Problem[] }
  | { readonly kind: 'skip'; readonly reason: SkipReason; readonly warnings: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** `unsupported`: it works with plain Dapr and stays as it is; a warning says what is in the way. */
export type SkipReason = 'not-dapr-enabled' | 'disabled' | 'excluded' | 'local-config' | 'host-network' | 'unsupported';

/** An object that never reaches a cluster (KRM functions specification). */
const localConfigAnnotation = 'config.kubernetes.io/local-config';

/** What a plan is made from besides the workload. */
export interface PlanContext extends DaprdContext {
  /** What the run says of this workload: its overrides over what holds for all. */
  readonly layers: readonly [overrides: Layer, base: Layer];
  /** What the stream's Configurations say of daprd's APIs. */
  readonly allowlists: readonly ApiAllowlist[];
  readonly taken: Taken;
  /** The Components of the workload's namespace that bring messages. */
  readonly sources: readonly MessageSource[];
  /** What the Resiliencies of that namespace say of deliveries that fail. */
  readonly resiliencies: readonly InboundRetries[];
}

/** Whether an override or `exclude` leaves a workload alone, whatever its annotations say. */
export const isExcluded = ([overrides]: PlanContext['layers']): boolean => overrides.get('enabled')?.text === 'false';

const skip = (reason: SkipReason, ...warnings: readonly Problem[]): Plan => ({ kind: 'skip', reason, warnings });

/** Decides from the object as the API server would hold it. Problem paths start at the object's root. */
export const planWorkload = (object: Value, workload: WorkloadKind, context: PlanContext): Plan => {
  const template = templateOf(object, workload);
  const misplaced = findMisplaced(object, workload);
  const { annotations, problems: unquoted } = readAnnotations(template);
  const isLeftOut = isExcluded(context.layers);
  const move = (found: Problem): Problem =>
    found.path === undefined ? found : { ...found, path: pathInObject(workload, found.path) };
  if (!isMeantForDapr(object, workload)) {
    const isSilent = annotations.texts.has(enabledAnnotation) || isLeftOut;
    return skip('not-dapr-enabled', ...(isSilent ? [] : checkNames(annotations).map(move)));
  }
  if (valueAt(object, ['metadata', 'annotations', localConfigAnnotation]) === 'true') return skip('local-config');
  if (isLeftOut) return skip('excluded');
  if (!annotations.texts.has(enabledAnnotation))
    return skip('unsupported', ...misplacedProblems('annotation-on-workload', misplaced, workload));
  const { settings, problems: wrong } = resolveWorkloadSettings(
    context.layers,
    annotations.texts,
    annotations.path,
    (name, chosen) => !context.taken.has(chosen) || canTake(name, chosen, template, annotations),
  );
  if (!settings.enabled) return skip('disabled');
  const known = [...unquoted, ...wrong];
  const { kind } = workload;
  const isOwnKind = !workloadKinds.includes(workload);
  const plan = planTemplate(template, { kind, isOwnKind, annotations, settings, context, known });
  const beside = [
    ...checkNames(annotations).map(move),
    ...misplacedProblems('ignored-workload-annotation', misplaced, workload),
  ];
  return plan.kind === 'invalid'
    ? { ...plan, problems: [...beside, ...plan.problems.map(move)] }
    : { ...plan, warnings: [...beside, ...plan.warnings.map(move)] };
};

/** Whether a pod template is Dapr-enabled, or is meant to be: its annotations stand on the workload. */
export const isMeantForDapr = (object: Value, workload: WorkloadKind): boolean => {
  const enabled = readAnnotations(templateOf(object, workload)).annotations.texts.get(enabledAnnotation);
  return enabled === undefined ? isMeant(object, findMisplaced(object, workload)) : isTruthy(enabled);
};

/** What every step of a plan looks at. */
interface Asked {
  readonly kind: string;
  /** Whether a settings file names the kind. */
  readonly isOwnKind: boolean;
  readonly annotations: Annotations;
  readonly settings: WorkloadSettings;
  readonly context: PlanContext;
  /** What is wrong with the annotations as such. */
  readonly known: readonly Problem[];
}

const planTemplate = (template: MapValue, asked: Asked): Plan => {
  const { annotations, settings, context, kind, known } = asked;
  const spec = mapOf(template['spec']);
  const early = [...checkWindows(spec), ...(asked.isOwnKind ? checkOwnKind(spec, kind) : [])];
  if (early.length > 0) return refused([...known, ...early], known);
  const inline = isInline(settings, context);
  const { facts: dapr, problems: daprProblems } = readDaprFacts(annotations);
  const hostNetwork = dapr.appPort === undefined ? [] : checkHostNetwork(spec, kind);
  if (hostNetwork.some(isInTheWay)) return refused([...known, ...hostNetwork], known, 'host-network');
  const problems = [
    ...known,
    ...daprProblems
      .filter((found) => !known.some((earlier) => isSameField(earlier, found)))
      .filter((found) => !(inline && found.code === 'enabled-not-true')),
    ...hostNetwork,
    ...checkPod(spec, kind, dapr.appPort !== undefined).map((found) =>
      asked.isOwnKind ? asOwnKind(found, kind) : found,
    ),
    ...checkIdentity(dapr, annotations, template, kind, inline),
    ...(inline ? [] : checkNativeSidecar(annotations)),
    ...checkPaths(dapr, settings, annotations),
    ...(inline ? [] : checkInjector(context, annotations.path)),
  ];
  const { appPort } = dapr;
  if (appPort === undefined) {
    const { daprd, problems: found } = planDaprd(template, asked, dapr, new Map());
    const all = [...problems, ...checkWithoutPort(annotations, spec), ...found];
    return all.some(isInTheWay) || daprd === undefined
      ? refused(all, known)
      : { kind: 'daprd-only', daprd, warnings: all };
  }
  const notTheApp = [...dapr.pluggable, ...meshContainers];
  const container = findAppContainer(itemsOf(spec['containers']), settings.container, appPort, notTheApp);
  return container.ok
    ? planContainer(container.value, template, { ...dapr, appPort }, asked, problems)
    : refused([...problems, container.error], known);
};

const isInTheWay = ({ code }: Problem): boolean => severityOf(code) === 'error' || leavesAlone(code);

/** The plan where something is in the way: an error, or what daps cannot change. What it would say else is left out. */
const refused = (problems: readonly Problem[], known: readonly Problem[], reason: SkipReason = 'unsupported'): Plan => {
  if (problems.some((found) => severityOf(found.code) === 'error')) return { kind: 'invalid', problems };
  return skip(reason, ...problems.filter((found) => leavesAlone(found.code) || known.includes(found)));
};

/** Who adds daprd, and what it will be like. */
const planDaprd = (
  template: MapValue,
  { annotations, settings, context }: Asked,
  { daprdPorts }: DaprFacts,
  steered: ReadonlyMap<string, string>,
): ReturnType<typeof planInline> => {
  if (!isInline(settings, context)) return { daprd: { by: 'injector' }, problems: [] };
  const name = nameOf(mapOf(template['metadata']));
  return planInline({ annotations, steered, spec: mapOf(template['spec']), name, daprdPorts }, settings, context);
};

const planContainer = (
  container: MapValue,
  template: MapValue,
  dapr: InjectFacts['dapr'],
  asked: Asked,
  known: readonly Problem[],
): Plan => {
  const { annotations } = asked;
  const spec = mapOf(template['spec']);
  const at: Path = ['spec', 'containers', { name: nameOf(container) }];
  const podHost = isLoopback(dapr.appHost) ? dapr.appHost : '127.0.0.1';
  const read = (handler: Value | undefined, path: Path) => orNone(readHandler(handler, container, podHost, path));
  const { handler: probe, problems: probeProblems } = read(container['readinessProbe'], [...at, 'readinessProbe']);
  const hook = mapOf(container['lifecycle'])['preStop'];
  const { handler: preStop, problems: hookProblems } = read(hook, [...at, 'lifecycle', 'preStop']);
  const grace = graceSeconds(spec, asked.settings);
  const { settings, problems: graceProblems } = fitGrace(grace, asked.settings, annotations);
  const steered = steeredAnnotations(dapr, isTruthy(annotations.texts.get('dapr.io/app-ssl') ?? ''));
  const { daprd, problems: daprdProblems } = planDaprd(template, asked, dapr, steered);
  const { allowlists, workloadNamespace } = asked.context;
  const problems = [
    ...known,
    ...probeProblems,
    ...checkAllowlist(annotations, allowlists, workloadNamespace),
    ...checkProbesOfDaprd(spec, asked.settings.readyPath === undefined ? container : undefined, dapr.daprdPorts),
    ...hookProblems,
    ...graceProblems,
    ...daprdProblems,
  ];
  if (preStop.kind === 'exec')
    problems.push(problem('exec-pre-stop', { container: nameOf(container) }, [...at, 'lifecycle', 'preStop']));
  if (problems.some(isInTheWay) || daprd === undefined) return refused(problems, asked.known);
  const beside = itemsOf(spec['containers']).filter((one) => nameOf(one) !== nameOf(container) && nameOf(one) !== '');
  return {
    kind: 'inject',
    warnings: problems,
    facts: {
      dapr,
      settings,
      appContainer: nameOf(container),
      ready: probe.kind === 'target' && !isReadinessOfDaprd(container, dapr.daprdPorts) ? probe.target : undefined,
      probeTimes: probeTimesOf(container),
      hasExecProbe: probe.kind === 'exec',
      preStop,
      withoutHook: beside.filter((one) => !hasHook(one) && !isIstioOverride(one, template)).map(nameOf),
      withHook: beside.filter(hasHook).map(nameOf),
      writtenGraceSeconds: grace.written,
      graceSeconds: grace.seconds,
      redelivery: redeliveryOf(settings, dapr.appId, asked.context.sources),
      unretried: unretriedOf(dapr.appId, asked.context.sources, asked.context.resiliencies),
      daprdPlace:
        daprd.by === 'inline' && !refusesShutdown(annotations, allowlists, workloadNamespace) ? 'before' : 'behind',
      volumes: itemsOf(spec['volumes']).map(nameOf),
      protocolReaders: protocolReadersOf(spec, dapr.pluggable),
      steered,
      daprd,
      exclusion: meshExclusion(template, spec, settings),
      security: sidecarSecurity(spec, dapr, asked.context.cluster),
      resourceClass: resourceClass(spec, annotations),
    },
  };
};

/** An empty `preStop` is none to the API server, which refuses the pod. */
const hasHook = (container: MapValue): boolean => (mapOf(container['lifecycle'])['preStop'] ?? null) !== null;

/** What is not even a string is not also a wrong one. */
const isSameField = (a: Problem, b: Problem): boolean =>
  a.path !== undefined && b.path !== undefined && formatPath(a.path) === formatPath(b.path);

/** A probe or hook that the kubelet cannot call is as none. */
const orNone = (
  read: Result<Handler, Problem>,
): { readonly handler: Handler; readonly problems: readonly Problem[] } =>
  read.ok ? { handler: read.value, problems: [] } : { handler: { kind: 'none' }, problems: [read.error] };

/** A path is asked for over HTTP/1.1, which a port of HTTP/2 alone does not answer: the gate would stay shut. */
const checkPaths = (dapr: DaprFacts, settings: WorkloadSettings, annotations: Annotations): readonly Problem[] => {
  if (isHttp1(dapr.appProtocol)) return [];
  const set: readonly WorkloadSettingName[] = [
    ...(settings.readyPath === undefined ? [] : ['ready-path' as const]),
    ...(settings.busyPath === undefined ? [] : ['busy-path' as const]),
  ];
  return set.map((setting) => {
    const spelling = settings.spellingOf(setting);
    const path = annotations.texts.has(spelling) ? [...annotations.path, spelling] : annotations.path;
    return problem('path-needs-http', { setting: spelling, protocol: dapr.appProtocol }, path);
  });
};
