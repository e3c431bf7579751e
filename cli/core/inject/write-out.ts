import { type Problem, problem } from '../diagnostic.ts';
import type { Change } from '../manifest/change.ts';
import { type AmbiguousMerge, type Expanded, nextExpansion, type SharedAnchor } from '../manifest/expand.ts';
import type { Path } from '../manifest/path.ts';
import { applyEdits } from '../manifest/splice.ts';
import type { WorkloadKind } from '../manifest/workload.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Located, locate, pageOf, type ReadDocument, readOwn, type Workload } from './document.ts';
import { statusPath } from './uninject.ts';

/** A workload, and what is to be different in it. Paths start at the object's root. */
export interface Target {
  readonly workload: Workload;
  readonly changes: readonly Change[];
}

/** A document without aliases and merge keys where it is to be changed, and what each was before. */
export interface WrittenOut {
  readonly document: ReadDocument;
  readonly expanded: ReadonlyMap<Workload['object'], readonly Expanded[]>;
}

/** Writes out every alias and merge key on the way to a change, and to the status that every workload gets. */
export const writeOutAliases = (
  source: ReadDocument,
  targets: readonly Target[],
  kinds: readonly WorkloadKind[],
): Result<WrittenOut, readonly Located[]> => {
  const expanded = new Map<Workload['object'], Expanded[]>();
  let document = source;
  if (source.tree.aliased.size === 0) return ok({ document, expanded });
  for (const { workload, changes } of targets) {
    const mine: Expanded[] = [];
    for (const path of [...changes.map((change) => change.path), statusPath(workload.kind)]) {
      for (;;) {
        const page = pageOf(document.text);
        const next = nextExpansion(page, document.tree.root, document.tree.aliased, [...workload.object.path, ...path]);
        if (!next.ok) return fail([locate(workload, expansionProblem(workload, next.error))]);
        if (next.value === undefined) break;
        const { edit, expanded: made } = next.value;
        if (made.path.length <= workload.object.path.length && workload.object.path.length > 0)
          return fail([
            locate(workload, problem('shared-anchor', { anchor: made.source.trim().replace(/^\*/, '') }, [])),
          ]);
        mine.push({ ...made, path: relative(workload, made.path) });
        document = readOwn(applyEdits(page.text, [edit]), kinds);
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
