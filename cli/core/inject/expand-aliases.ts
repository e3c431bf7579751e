import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { type Problem, problem } from '../diagnostic.ts';
import {
  type Located,
  locateProblem,
  type ReadDocument,
  readOwn,
  textStyleOf,
  type Workload,
} from '../document/document.ts';
import type { Path } from '../manifest/model/path.ts';
import { sameValue, toValue } from '../manifest/model/value.ts';
import type { WorkloadKind } from '../manifest/object/workload.ts';
import { parseNode } from '../manifest/read/parse.ts';
import { applyEdits, type Edit } from '../manifest/text/splice.ts';
import { applyChanges, type Change, type SharedAnchor } from '../manifest/write/change.ts';
import {
  type AmbiguousMerge,
  type Expanded,
  type Expansion,
  expandAliasOf,
  nextExpansion,
} from '../manifest/write/expand.ts';
import type { TextStyle } from '../manifest/write/insertion.ts';
import { hasOddPair, plainPair } from '../manifest/write/odd-key.ts';
import { statusPath } from './uninject.ts';

/** A workload, and what is to be different in it. Paths start at the object's root. */
export interface AliasTarget {
  readonly workload: Workload;
  readonly changes: readonly Change[];
}

/**
 * A document without aliases and merge keys where it is to be changed, and what each was before. What stands outside of
 * an object is not in it: a status holds wherever its object is moved to. There the document's correction puts it back.
 */
export interface WrittenOut {
  readonly document: ReadDocument;
  readonly expanded: ReadonlyMap<Workload['object'], readonly Expanded[]>;
}

/** So many rounds, each of which reads the document again, and so many notes in a status. */
const maxExpansions = 100;

/**
 * Writes out every alias and merge key on the way to a change, and to the status that every workload gets; and the
 * aliases of everything that is changed, which are to keep their value. A round writes out one for each workload, but for
 * what two of them have in common.
 */
export const writeOutAliases = (
  source: ReadDocument,
  targets: readonly AliasTarget[],
  kinds: readonly WorkloadKind[],
): Result<WrittenOut, readonly Located[]> => {
  const expanded = new Map(targets.map(({ workload }): [Workload['object'], Expanded[]] => [workload.object, []]));
  let document = source;
  const { root, aliased } = source.tree;
  if (aliased.size === 0 && !source.text.includes('<<') && !hasOddPair(root)) return ok({ document, expanded });
  for (let round = 0; ; round += 1) {
    const page = textStyleOf(document.text);
    const edits: Edit[] = [];
    const problems: Located[] = [];
    const spelled: Located[] = [];
    for (const target of targets) {
      const { workload } = target;
      const step = nextStep(document, page, target);
      if (!step.ok) problems.push(locateProblem(workload, step.error));
      else if (step.value !== undefined && round === maxExpansions)
        problems.push(locateProblem(workload, problem('too-many-expansions', { most: maxExpansions }, [])));
      else if (step.value !== undefined && !edits.some((other) => overlaps(other, step.value?.edit))) {
        const { edit, expanded: made } = step.value;
        edits.push(edit);
        if (made === undefined) spelled.push(locateProblem(workload, unsupportedKey(workload, step.value.path)));
        else if (isNoted(workload, made))
          expanded.get(workload.object)?.push({ ...made, path: relative(workload, made.path) });
      }
    }
    if (problems.length > 0) return fail(problems);
    if (edits.length === 0) return ok({ document, expanded });
    const text = applyEdits(document.text, edits);
    if (spelled.length > 0 && !meansTheSame(text, document)) return fail(spelled);
    document = readOwn(text, kinds);
  }
};

const unsupportedKey = (workload: Workload, path: Path): Problem =>
  problem('unsupported-key', {}, relative(workload, path));

/** What is written for an odd key is a guess until it is read. */
const meansTheSame = (text: string, { tree }: ReadDocument): boolean => {
  const parsed = parseNode(text);
  if (!parsed.ok || parsed.value === undefined) return false;
  return parsed.value.refused === undefined && sameValue(toValue(parsed.value.root), toValue(tree.root));
};

const overlaps = (one: Edit, other: Edit | undefined): boolean =>
  other !== undefined && one.start < other.end && other.start < one.end;

/** What is written otherwise in one place: an alias or merge key, or the pair at a path, which was only spelled oddly. */
type Rewriting = Expansion | { readonly edit: Edit; readonly expanded?: undefined; readonly path: Path };

type Step = Result<Rewriting | undefined, Problem>;

/** The next alias, merge key or odd key to write out; undefined once the changes can be made. */
const nextStep = (document: ReadDocument, page: TextStyle, { workload, changes }: AliasTarget): Step => {
  const { root, aliased } = document.tree;
  const note: Change = { op: 'set', path: statusPath(workload.kind), value: '' };
  const wanted = [...changes, note].map(
    (change): Change => ({
      ...change,
      path: [...workload.object.path, ...change.path],
    }),
  );
  for (const { path } of wanted) {
    const step = nextExpansion(page, root, aliased, path);
    if (!step.ok) return unshare(document, page, workload, step.error);
    if (step.value !== undefined) return step;
  }
  const applied = applyChanges(page, root, aliased, wanted);
  if (applied.ok) return ok(undefined);
  const { error } = applied;
  switch (error.reason) {
    case 'shared-anchor':
      return unshare(document, page, workload, error);
    case 'odd-key': {
      const edit = document.tree.refused === undefined ? plainPair(page, root, error.path) : undefined;
      return ok(edit && { edit, path: error.path });
    }
    case 'not-a-collection':
      return ok(undefined);
    default:
      return unreachable(error);
  }
};

/** Writes out what else stands for a node that is to be changed, and is to keep its value. */
const unshare = (
  document: ReadDocument,
  page: TextStyle,
  workload: Workload,
  found: AmbiguousMerge | SharedAnchor,
): Step => {
  const path = relative(workload, found.path);
  if (found.reason === 'ambiguous-merge') return fail(problem('ambiguous-merge', { key: found.key }, path));
  const { root, aliased } = document.tree;
  const step = expandAliasOf(page, root, aliased, found.node);
  if (!step.ok && step.error.reason === 'ambiguous-merge') return unshare(document, page, workload, step.error);
  return step.ok && step.value !== undefined
    ? step
    : fail(problem('shared-anchor', { anchor: found.node.anchor ?? '' }, path));
};

/** Whether a status can note it: it stands in the object, and there is something to put it back in place of. */
const isNoted = ({ object }: Workload, expanded: Expanded): boolean => {
  const isBelow = object.path.every((step, index) => step === expanded.path[index]);
  return isBelow && (expanded.kind === 'merge' ? expanded.keys.length > 0 : expanded.path.length > object.path.length);
};

const relative = (workload: Workload, path: Path): Path => path.slice(workload.object.path.length);
