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
import { samePath, valueAt } from '../manifest/model/path.ts';
import { sameValue, type Value } from '../manifest/model/value.ts';
import { formatRef } from '../manifest/object/resource-ref.ts';
import type { WorkloadKind } from '../manifest/object/workload.ts';
import { type Correction, correctionBetween } from '../manifest/text/correction.ts';
import { applyEdits, type Edit } from '../manifest/text/splice.ts';
import {
  type Applied,
  type AppliedChange,
  applyChanges,
  type Change,
  type ChangeProblem,
} from '../manifest/write/change.ts';
import type { TextStyle } from '../manifest/write/insertion.ts';
import { changeValue } from '../manifest/write/value-change.ts';
import { type AliasTarget, type WrittenOut, writeOutAliases } from './expand-aliases.ts';
import { formatStatus, type Status } from './status.ts';
import { statusPath, uninjectDocument } from './uninject.ts';

/**
 * Writes the changes of a document's workloads into its text, with the status that undoes them. Before the text is
 * given away it is read again: it must mean what was meant, and `uninject` must make of it the text it was made from.
 */
export const writeChanges = (
  source: ReadDocument,
  wanted: readonly AliasTarget[],
  kinds: readonly WorkloadKind[],
): Result<string, readonly Located[]> => {
  const targets = wanted.filter(({ changes }) => changes.length > 0);
  if (targets.length === 0) return ok(source.text);
  const writtenOut = writeOutAliases(source, targets, kinds);
  if (!writtenOut.ok) return writtenOut;
  const written = writeTargets(writtenOut.value, targets, undefined);
  if (!written.ok) return written;
  const after = readOwn(written.value, kinds);
  assertMeaning(source, targets, after);
  const correction = correctionBetween(undone(after, kinds), source.text);
  if (correction === undefined) return written;
  const corrected = writeTargets(writtenOut.value, targets, correction);
  if (!corrected.ok || undone(readOwn(corrected.value, kinds), kinds) === source.text) return corrected;
  const { refused } = source.tree;
  if (refused === undefined) throw new Error('uninject would not give back the text that was injected');
  // The change would mend what kubectl refuses, so that it could not be put back.
  return fail([{ problem: problem('malformed-yaml', { reason: refused }), objectPath: [], offset: 0 }]);
};

/** What `uninject` will make of it. */
const undone = (injected: ReadDocument, kinds: readonly WorkloadKind[]): string => {
  const clean = uninjectDocument(injected, kinds);
  if (!clean.ok) throw new Error('daps wrote a status it cannot read');
  return clean.value.text;
};

const writeTargets = (
  { document, expanded }: WrittenOut,
  targets: readonly AliasTarget[],
  correction: Correction | undefined,
): Result<string, readonly Located[]> => {
  const page = textStyleOf(document.text);
  const edits: Edit[] = [];
  const problems: Located[] = [];
  for (const [index, target] of targets.entries()) {
    const status = {
      expanded: expanded.get(target.workload.object) ?? [],
      correction: index === 0 ? correction : undefined,
    };
    const applied = applyTarget(document, page, target, status);
    if (applied.ok) edits.push(...applied.value);
    else problems.push(...applied.error);
  }
  return problems.length === 0 ? ok(applyEdits(page.text, edits)) : fail(problems);
};

/** The last look before anything is printed: the new text means exactly what was to be changed, and nothing else. */
const assertMeaning = (before: ReadDocument, targets: readonly AliasTarget[], after: ReadDocument): void => {
  for (const { workload, changes } of targets) {
    const status = statusPath(workload.kind);
    const value = after.workloads.find(({ object }) => samePath(object.path, workload.object.path))?.value;
    const expected = [
      ...changes,
      { op: 'set', path: status, value: valueAt(value, status) ?? null } as const,
    ].reduce<Value>(changeValue, workload.value);
    if (!sameValue(expected, value))
      throw new Error(`the text made for ${formatRef(workload.object.ref)} does not mean what was meant`);
  }
  if (after.tree.refused !== undefined && before.tree.refused === undefined)
    throw new Error(`kubectl would refuse the text made: ${after.tree.refused}`);
  if (before.objects.length !== after.objects.length) throw new Error('the text made has another number of objects');
};

const applyTarget = (
  document: ReadDocument,
  page: TextStyle,
  { workload, changes }: AliasTarget,
  status: Omit<Status, 'made'>,
): Result<Applied['edits'], readonly Located[]> => {
  const { root, aliased } = document.tree;
  const prefix = workload.object.path;
  const absolute = (change: Change): Change => ({ ...change, path: [...prefix, ...change.path] });
  const applied = applyChanges(page, root, aliased, changes.map(absolute));
  if (!applied.ok) return fail([locateProblem(workload, changeProblem(workload, applied.error))]);
  const made = applied.value.made.map((one) => withoutPrefix(one, prefix.length));
  const note: Change = { op: 'set', path: statusPath(workload.kind), value: formatStatus({ ...status, made }) };
  const noted = applyChanges(page, root, aliased, [absolute(note)]);
  return noted.ok
    ? ok([...applied.value.edits, ...noted.value.edits])
    : fail([locateProblem(workload, changeProblem(workload, noted.error))]);
};

const withoutPrefix = (made: AppliedChange, length: number): AppliedChange =>
  made.kind === 'filled'
    ? { ...made, path: made.path.slice(length), leaves: made.leaves.map((leaf) => leaf.slice(length)) }
    : { ...made, path: made.path.slice(length) };

const changeProblem = (workload: Workload, found: ChangeProblem): Problem => {
  const path = found.path.slice(workload.object.path.length);
  switch (found.reason) {
    case 'shared-anchor':
      return problem('shared-anchor', { anchor: found.node.anchor ?? '' }, path);
    case 'odd-key':
      return problem('unsupported-key', {}, path);
    case 'not-a-collection':
      return problem('not-a-collection', {}, path);
    default:
      return unreachable(found);
  }
};
