import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import type { PluggableComponent } from '../dapr/component-containers.ts';
import { type Diagnostic, leavesAlone, type Problem } from '../diagnostic.ts';
import { type Located, locateProblem, type ReadDocument, readOwn, type Workload } from '../document/document.ts';
import { formatPath, valueAt } from '../manifest/model/path.ts';
import { sameValue, toValue, type Value } from '../manifest/model/value.ts';
import { pathInObject, type WorkloadKind } from '../manifest/object/workload.ts';
import type { Change } from '../manifest/write/change.ts';
import { mergeChanges } from '../manifest/write/merge-changes.ts';
import { changeValue } from '../manifest/write/value-change.ts';
import type { ApiAllowlist } from '../plan/api-allowlist.ts';
import type { Daprd } from '../plan/daprd.ts';
import type { InboundRetries } from '../plan/inbound-retries.ts';
import {
  type InjectFacts,
  isExcluded,
  type Plan,
  type PlanContext,
  planWorkload,
  type SkipReason,
} from '../plan/plan.ts';
import type { MessageSource } from '../plan/redelivery.ts';
import type { Taken } from '../plan/run-wide.ts';
import { overridesOf } from '../settings/override.ts';
import type { RunSettings } from '../settings/resolve-run.ts';
import { inNamespace } from './components.ts';
import { inlineDaprd } from './passes/daprd.ts';
import { passesFor } from './passes/index.ts';
import { nativeSidecar } from './passes/steer-daprd.ts';
import { statusOf, statusPath, uninjectDocument } from './uninject.ts';
import { writeChanges } from './write.ts';

/** What a run of `inject` knows besides the manifests. */
export interface InjectContext
  extends Pick<PlanContext, 'cluster' | 'anchors' | 'daprVersion'>,
    Pick<RunSettings, 'base' | 'overrides'> {
  readonly kinds: readonly WorkloadKind[];
  /** The namespace of objects that name none, where it is known. */
  readonly namespace: string | undefined;
  /** The sidecar's image where no setting names one. */
  readonly image: string;
  /** What there is to say about the settings themselves, where daprd is added with them. */
  readonly settingWarnings: readonly Diagnostic[];
}

export type Action = 'injected' | 'unchanged' | 'daprd-only' | 'skipped';

/** What became of one workload. */
export interface WorkloadOutcome {
  readonly workload: Workload;
  readonly action: Action;
  readonly reason?: SkipReason;
  readonly warnings: readonly Problem[];
  /** What was decided, for the report. */
  readonly facts?: InjectFacts;
  readonly daprd?: Daprd;
}

export interface InjectedDocument {
  readonly text: string;
  readonly outcomes: readonly WorkloadOutcome[];
}

/** What is known of the stream before its first workload is planned. */
export interface StreamFacts {
  /** The Components that bring a container: they may stand before or after the workloads they are for. */
  readonly components: readonly PluggableComponent[];
  /** What Configurations say of daprd's APIs. */
  readonly allowlists: readonly ApiAllowlist[];
  /** The Components that bring messages to apps. */
  readonly sources: readonly MessageSource[];
  /** What Resiliencies say of deliveries that fail. */
  readonly resiliencies: readonly InboundRetries[];
  readonly taken: Taken;
}

/** Injects every Dapr-enabled workload of a document. What daps injected before is taken out first and put in anew. */
export const injectDocument = (
  read: ReadDocument,
  context: InjectContext,
  stream: StreamFacts,
): Result<InjectedDocument, readonly Located[]> => {
  const clean = uninjectDocument(read, context.kinds, (workload) => isExcluded(layersOf(workload, context)));
  if (!clean.ok) return clean;
  const wasInjected = clean.value.workloads.length > 0;
  const source = wasInjected ? readOwn(clean.value.text, context.kinds) : read;
  const planned = source.workloads.map((workload) => ({
    workload,
    plan: planWorkload(workload.value, workload.kind, planContext(workload, context, stream)),
  }));
  const problems = planned.flatMap(({ workload, plan }) =>
    plan.kind === 'invalid' ? plan.problems.map((found) => locateProblem(workload, found)) : [],
  );
  if (problems.length > 0) return fail(problems);
  const written = writePlans(source, planned, context);
  if (!written.ok) return written;
  const { text, plans } = written.value;
  const isSame = wasInjected && sameValue(withoutStatus(readOwn(text, context.kinds)), withoutStatus(read));
  const outcomes = plans.map(({ workload, plan }) => outcomeOf(workload, plan, isSame));
  return ok({ text: isSame ? read.text : text, outcomes });
};

/**
 * The status aside: one that another tool has moved on from notes aliases and lines that are gone, undoes the rest as
 * well as a new one, and another annotation would replace the pods.
 */
const withoutStatus = ({ tree, workloads }: ReadDocument): Value =>
  workloads
    .filter((workload) => statusOf(workload) !== undefined)
    .map(({ object, kind }): Change => ({ op: 'set', path: [...object.path, ...statusPath(kind)], value: '' }))
    .reduce<Value>(changeValue, toValue(tree.root));

interface Planned {
  readonly workload: Workload;
  readonly plan: Plan;
}

/** Writes what is planned. Where a workload's text cannot be changed, the others' is. */
const writePlans = (
  source: ReadDocument,
  planned: readonly Planned[],
  context: InjectContext,
): Result<{ readonly text: string; readonly plans: readonly Planned[] }, readonly Located[]> => {
  const targets = planned.map(({ workload, plan }) => ({ workload, changes: changesOf(plan, workload, context) }));
  const text = writeChanges(source, targets, context.kinds);
  if (text.ok) return ok({ text: text.value, plans: planned });
  if (!text.error.every(({ problem: found }) => leavesAlone(found.code))) return text;
  const plans = planned.map(({ workload, plan }): Planned => {
    const mine = text.error.filter(({ objectPath }) => formatPath(objectPath) === formatPath(workload.object.path));
    return mine.length === 0 ? { workload, plan } : { workload, plan: leftAlone(mine) };
  });
  return writePlans(source, plans, context);
};

const leftAlone = (found: readonly Located[]): Plan => ({
  kind: 'skip',
  reason: 'unsupported',
  warnings: found.map((one) => one.problem),
});

/** A Component is for the pods of its own namespace. */
const planContext = (workload: Workload, context: InjectContext, stream: StreamFacts): PlanContext => {
  const named = <T extends { readonly namespace: string }>(one: T): T => ({
    ...one,
    namespace: one.namespace || (context.namespace ?? ''),
  });
  const workloadNamespace = namespaceOf(workload, context);
  const isOfWorkload = ({ namespace }: { readonly namespace: string }): boolean => namespace === workloadNamespace;
  const layers = layersOf(workload, context);
  return {
    ...context,
    ...inNamespace(stream.components.map(named), workloadNamespace),
    sources: stream.sources.map(named).filter(isOfWorkload),
    resiliencies: stream.resiliencies.map(named).filter(isOfWorkload),
    workloadNamespace,
    layers,
    allowlists: stream.allowlists,
    taken: stream.taken,
  };
};

const namespaceOf = ({ object }: Workload, { namespace = '' }: Pick<InjectContext, 'namespace'>): string =>
  object.ref.namespace || namespace;

/** What the run says of a workload. */
export const layersOf = (workload: Workload, context: InjectContext): PlanContext['layers'] => [
  overridesOf(context.overrides, workload.object.ref, namespaceOf(workload, context)),
  context.base,
];

const outcomeOf = (workload: Workload, plan: Plan, isSame: boolean): WorkloadOutcome => {
  switch (plan.kind) {
    case 'skip':
      return { workload, action: 'skipped', reason: plan.reason, warnings: plan.warnings };
    case 'inject':
      return {
        workload,
        action: isSame ? 'unchanged' : 'injected',
        warnings: plan.warnings,
        facts: plan.facts,
        daprd: plan.facts.daprd,
      };
    case 'daprd-only':
      return { workload, action: isSame ? 'unchanged' : 'daprd-only', warnings: plan.warnings, daprd: plan.daprd };
    case 'invalid':
      throw new Error('an invalid workload has no outcome');
    default:
      return unreachable(plan);
  }
};

const changesOf = (plan: Plan, { value, kind }: Workload, context: InjectContext): readonly Change[] => {
  const toObject = (change: Change): Change => ({ ...change, path: pathInObject(kind, change.path) });
  switch (plan.kind) {
    case 'inject': {
      const image = plan.facts.settings.image === '' ? context.image : plan.facts.settings.image;
      return mergeChanges(passesFor(plan.facts).flatMap((pass) => pass({ facts: plan.facts, image }))).map(toObject);
    }
    case 'daprd-only':
      if (plan.daprd.by === 'inline') return inlineDaprd(plan.daprd.parts).map(toObject);
      // The template of a Job cannot change: one that says so already is left as it is.
      return valueAt(value, pathInObject(kind, nativeSidecar.path)) === nativeSidecar.value
        ? []
        : [toObject(nativeSidecar)];
    case 'skip':
    case 'invalid':
      return [];
    default:
      return unreachable(plan);
  }
};
