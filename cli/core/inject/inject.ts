import type { PluggableComponent } from '../dapr/component-containers.ts';
import type { Diagnostic, Problem } from '../diagnostic.ts';
import type { Change } from '../manifest/change.ts';
import { mergeChanges } from '../manifest/merge-changes.ts';
import { valueAt } from '../manifest/path.ts';
import { sameValue, toValue } from '../manifest/value.ts';
import type { WorkloadKind } from '../manifest/workload.ts';
import type { Daprd } from '../plan/daprd.ts';
import { type InjectFacts, type Plan, type PlanContext, planWorkload, type SkipReason } from '../plan/plan.ts';
import { fail, ok, type Result } from '../result.ts';
import { unreachable } from '../unreachable.ts';
import { inNamespace } from './components.ts';
import { type Located, locate, type ReadDocument, readOwn, type Workload } from './document.ts';
import { inlineDaprd } from './passes/daprd.ts';
import { passes } from './passes/index.ts';
import { nativeSidecar } from './passes/steer-daprd.ts';
import { uninjectDocument } from './uninject.ts';
import { writeChanges } from './write.ts';

/** What a run of `inject` knows besides the manifests. */
export interface InjectContext extends Pick<PlanContext, 'base' | 'cluster' | 'anchors' | 'daprVersion'> {
  readonly kinds: readonly WorkloadKind[];
  /** The namespace of objects that name none, where it is known. */
  readonly namespace: string | undefined;
  readonly version: string;
  /** The sidecar's image where no setting names one. */
  readonly image: string;
  /** What there is to say about the settings themselves, where daprd is added with them. */
  readonly settingWarnings: readonly Diagnostic[];
}

export type Action = 'injected' | 'unchanged' | 'daprd-only' | 'skipped';

/** What became of one workload. */
export interface Outcome {
  readonly workload: Workload;
  readonly action: Action;
  readonly reason?: SkipReason;
  readonly warnings: readonly Problem[];
  /** The app-id it has, for the check that no two have the same. */
  readonly appId?: string;
  /** What was decided, for the report. */
  readonly facts?: InjectFacts;
  readonly daprd?: Daprd;
}

export interface InjectedDocument {
  readonly text: string;
  readonly outcomes: readonly Outcome[];
}

/** Injects every Dapr-enabled workload of a document. What daps injected before is taken out first and put in anew. */
export const injectDocument = (
  read: ReadDocument,
  context: InjectContext,
  components: readonly PluggableComponent[],
): Result<InjectedDocument, readonly Located[]> => {
  const clean = uninjectDocument(read, context.kinds);
  if (!clean.ok) return clean;
  const wasInjected = clean.value.workloads.length > 0;
  const source = wasInjected ? readOwn(clean.value.text, context.kinds) : read;
  const planned = source.workloads.map((workload) => ({
    workload,
    plan: planWorkload(workload.value, workload.kind, planContext(workload, context, components)),
  }));
  const problems = planned.flatMap(({ workload, plan }) =>
    plan.kind === 'invalid' ? plan.problems.map((found) => locate(workload, found)) : [],
  );
  if (problems.length > 0) return fail(problems);
  const targets = planned.map(({ workload, plan }) => ({
    workload,
    changes: changesOf(plan, workload.kind, context),
  }));
  const text = writeChanges(source, targets, context);
  if (!text.ok) return text;
  const isSame =
    wasInjected && sameValue(toValue(readOwn(text.value, context.kinds).tree.root), toValue(read.tree.root));
  const outcomes = planned.map(({ workload, plan }) => outcomeOf(workload, plan, isSame));
  return ok({ text: isSame ? read.text : text.value, outcomes });
};

/** A Component is for the pods of its own namespace. */
const planContext = (
  { object }: Workload,
  context: InjectContext,
  components: readonly PluggableComponent[],
): PlanContext => {
  const withNamespace = components.map((one) => ({ ...one, namespace: one.namespace || (context.namespace ?? '') }));
  const workloadNamespace = object.ref.namespace || (context.namespace ?? '');
  return { ...context, ...inNamespace(withNamespace, workloadNamespace), workloadNamespace };
};

const outcomeOf = (workload: Workload, plan: Plan, isSame: boolean): Outcome => {
  const appId = valueAt(workload.value, [...workload.kind.path, 'metadata', 'annotations', 'dapr.io/app-id']);
  const id = typeof appId === 'string' ? { appId } : {};
  switch (plan.kind) {
    case 'skip':
      return {
        workload,
        action: 'skipped',
        reason: plan.reason,
        warnings: [],
        ...(plan.reason === 'not-dapr-enabled' ? {} : id),
      };
    case 'inject':
      return {
        workload,
        action: isSame ? 'unchanged' : 'injected',
        warnings: plan.warnings,
        facts: plan.facts,
        daprd: plan.facts.daprd,
        ...id,
      };
    case 'daprd-only':
      return {
        workload,
        action: isSame ? 'unchanged' : 'daprd-only',
        warnings: plan.warnings,
        daprd: plan.daprd,
        ...id,
      };
    case 'invalid':
      throw new Error('an invalid workload has no outcome');
    default:
      return unreachable(plan);
  }
};

const changesOf = (plan: Plan, kind: WorkloadKind, context: InjectContext): readonly Change[] => {
  const toObject = (change: Change): Change => ({ ...change, path: [...kind.path, ...change.path] });
  switch (plan.kind) {
    case 'inject': {
      const image = plan.facts.settings.image === '' ? context.image : plan.facts.settings.image;
      return mergeChanges(passes.flatMap((pass) => pass({ facts: plan.facts, image }))).map(toObject);
    }
    case 'daprd-only':
      return (plan.daprd.by === 'injector' ? [nativeSidecar] : inlineDaprd(plan.daprd.parts)).map(toObject);
    case 'skip':
    case 'invalid':
      return [];
    default:
      return unreachable(plan);
  }
};
