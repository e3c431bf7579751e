import { type Problem, problem } from '../diagnostic.ts';
import { type Applied, applyChanges, type Change, type ChangeProblem, type Made } from '../manifest/change.ts';
import { type AmbiguousMerge, type Expanded, nextExpansion, type SharedAnchor } from '../manifest/expand.ts';
import { type Path, valueAt } from '../manifest/path.ts';
import { applyEdits } from '../manifest/splice.ts';
import { sameValue, toValue, type Value } from '../manifest/value.ts';
import { changeValue } from '../manifest/value-change.ts';
import type { WorkloadKind } from '../manifest/workload.ts';
import { type InjectFacts, type Plan, planWorkload, type SkipReason } from '../plan/plan.ts';
import { formatRef } from '../resource-ref.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Layer } from '../settings/resolve.ts';
import { unreachable } from '../unreachable.ts';
import { type Located, pageOf, type ReadDocument, readOwn, type Workload } from './document.ts';
import { passes } from './passes/index.ts';
import { nativeSidecar } from './passes/steer-daprd.ts';
import { formatStatus } from './status.ts';
import { statusPath, uninjectDocument } from './uninject.ts';

/** What a run of `inject` knows besides the manifests. */
export interface InjectContext {
  readonly base: Layer;
  readonly kinds: readonly WorkloadKind[];
  /** The namespace of objects that name none, where it is known. */
  readonly namespace: string | undefined;
  readonly version: string;
  /** The sidecar's image where no setting names one. */
  readonly image: string;
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
}

export interface InjectedDocument {
  readonly text: string;
  readonly outcomes: readonly Outcome[];
}

/** Injects every Dapr-enabled workload of a document. What daps injected before is taken out first and put in anew. */
export const injectDocument = (
  read: ReadDocument,
  context: InjectContext,
): Result<InjectedDocument, readonly Located[]> => {
  const clean = uninjectDocument(read, context.kinds);
  if (!clean.ok) return clean;
  const wasInjected = clean.value.workloads.length > 0;
  const source = wasInjected ? readOwn(clean.value.text, context.kinds) : read;
  const planned = source.workloads.map((workload) => ({
    workload,
    plan: planWorkload(workload.value, workload.kind, context.base),
  }));
  const problems = planned.flatMap(({ workload, plan }) =>
    plan.kind === 'invalid' ? plan.problems.map((found) => locate(workload, found)) : [],
  );
  if (problems.length > 0) return fail(problems);
  const text = write(source, planned, context);
  if (!text.ok) return text;
  const isSame =
    wasInjected && sameValue(toValue(readOwn(text.value, context.kinds).tree.root), toValue(read.tree.root));
  const outcomes = planned.map(({ workload, plan }) => outcomeOf(workload, plan, isSame));
  return ok({ text: isSame ? read.text : text.value, outcomes });
};

const locate = (workload: Workload, found: Problem): Located => ({
  problem: found,
  ref: workload.object.ref,
  objectPath: workload.object.path,
});

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
      return { workload, action: isSame ? 'unchanged' : 'injected', warnings: plan.warnings, facts: plan.facts, ...id };
    case 'daprd-only':
      return { workload, action: isSame ? 'unchanged' : 'daprd-only', warnings: plan.warnings, ...id };
    case 'invalid':
      throw new Error('an invalid workload has no outcome');
    default:
      return unreachable(plan);
  }
};

interface Target {
  readonly workload: Workload;
  readonly changes: readonly Change[];
}

const changesOf = (plan: Plan, kind: WorkloadKind, context: InjectContext): readonly Change[] => {
  const toObject = (change: Change): Change => ({ ...change, path: [...kind.path, ...change.path] });
  switch (plan.kind) {
    case 'inject': {
      const image = plan.facts.settings.image === '' ? context.image : plan.facts.settings.image;
      return passes.flatMap((pass) => pass({ facts: plan.facts, image })).map(toObject);
    }
    case 'daprd-only':
      return [toObject(nativeSidecar)];
    case 'skip':
    case 'invalid':
      return [];
    default:
      return unreachable(plan);
  }
};

const write = (
  source: ReadDocument,
  planned: readonly { workload: Workload; plan: Plan }[],
  context: InjectContext,
): Result<string, readonly Located[]> => {
  const targets = planned
    .map(({ workload, plan }) => ({ workload, changes: changesOf(plan, workload.kind, context) }))
    .filter(({ changes }) => changes.length > 0);
  if (targets.length === 0) return ok(source.text);
  const expansion = expandAll(source, targets, context);
  if (!expansion.ok) return expansion;
  const { document, expanded } = expansion.value;
  const page = pageOf(document.text);
  const edits = [];
  for (const target of targets) {
    const applied = applyTarget(document, target, expanded.get(target.workload.object) ?? [], context);
    if (!applied.ok) return applied;
    edits.push(...applied.value);
  }
  const text = applyEdits(page.text, edits);
  assertMeaning(source, targets, readOwn(text, context.kinds));
  return ok(text);
};

/** The last look before anything is printed: the new text means exactly what was to be changed, and nothing else. */
const assertMeaning = (before: ReadDocument, targets: readonly Target[], after: ReadDocument): void => {
  for (const { workload, changes } of targets) {
    const status = statusPath(workload.kind);
    const twin = after.objects.find(({ path }) => samePath(path, workload.object.path));
    const value = twin === undefined ? null : toValue(twin.node);
    const expected = [
      ...changes,
      { op: 'set', path: status, value: valueAt(value, status) ?? null } as const,
    ].reduce<Value>(changeValue, workload.value);
    if (!sameValue(expected, value))
      throw new Error(`the text made for ${formatRef(workload.object.ref)} does not mean what was meant`);
  }
  if (before.objects.length !== after.objects.length) throw new Error('the text made has another number of objects');
};

const samePath = (a: Path, b: Path): boolean => a.length === b.length && a.every((step, index) => step === b[index]);

type ExpandedBy = ReadonlyMap<Workload['object'], readonly Expanded[]>;

/** Writes out every alias and merge key on the way to a change. */
const expandAll = (
  source: ReadDocument,
  targets: readonly Target[],
  context: InjectContext,
): Result<{ document: ReadDocument; expanded: ExpandedBy }, readonly Located[]> => {
  const expanded = new Map<Workload['object'], Expanded[]>();
  let document = source;
  if (source.tree.aliased.size === 0) return ok({ document, expanded });
  for (const { workload, changes } of targets) {
    const mine: Expanded[] = [];
    for (const change of changes) {
      for (;;) {
        const page = pageOf(document.text);
        const next = nextExpansion(page, document.tree.root, document.tree.aliased, [
          ...workload.object.path,
          ...change.path,
        ]);
        if (!next.ok) return fail([locate(workload, expansionProblem(workload, next.error))]);
        if (next.value === undefined) break;
        const { edit, expanded: made } = next.value;
        const path = relative(workload, made.path);
        if (made.path.length <= workload.object.path.length && workload.object.path.length > 0)
          return fail([
            locate(workload, problem('shared-anchor', { anchor: made.source.trim().replace(/^\*/, '') }, [])),
          ]);
        mine.push({ ...made, path });
        document = readOwn(applyEdits(page.text, [edit]), context.kinds);
      }
    }
    expanded.set(workload.object, mine);
  }
  return ok({ document, expanded });
};

const expansionProblem = (workload: Workload, found: AmbiguousMerge | SharedAnchor): Problem => {
  const path = relative(workload, found.path);
  return found.reason === 'shared-anchor'
    ? problem('shared-anchor', { anchor: found.anchor }, path)
    : problem('ambiguous-merge', { key: found.key }, path);
};

const relative = (workload: Workload, path: Path): Path => path.slice(workload.object.path.length);

const applyTarget = (
  document: ReadDocument,
  { workload, changes }: Target,
  expanded: readonly Expanded[],
  context: InjectContext,
): Result<Applied['edits'], readonly Located[]> => {
  const page = pageOf(document.text);
  const { root, aliased } = document.tree;
  const prefix = workload.object.path;
  const absolute = (change: Change): Change => ({ ...change, path: [...prefix, ...change.path] });
  const applied = applyChanges(page, root, aliased, changes.map(absolute));
  if (!applied.ok) return fail([locate(workload, changeProblem(workload, applied.error))]);
  const made = applied.value.made.map((one) => withoutPrefix(one, prefix.length));
  const status: Change = {
    op: 'set',
    path: statusPath(workload.kind),
    value: formatStatus({ version: context.version, made, expanded }),
  };
  const noted = applyChanges(page, root, aliased, [absolute(status)]);
  return noted.ok
    ? ok([...applied.value.edits, ...noted.value.edits])
    : fail([locate(workload, changeProblem(workload, noted.error))]);
};

const withoutPrefix = (made: Made, length: number): Made =>
  made.kind === 'filled'
    ? { ...made, path: made.path.slice(length), leaf: made.leaf.slice(length) }
    : { ...made, path: made.path.slice(length) };

const changeProblem = (workload: Workload, found: ChangeProblem): Problem => {
  const path = relative(workload, found.path);
  switch (found.reason) {
    case 'shared-anchor':
      return problem('shared-anchor', { anchor: found.anchor }, path);
    case 'odd-key':
      return problem('unsupported-key', {}, path);
    case 'not-a-collection':
      return problem('not-a-collection', {}, path);
    default:
      return unreachable(found);
  }
};
