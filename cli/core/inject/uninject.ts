import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { type Problem, problem } from '../diagnostic.ts';
import { type Located, type ReadDocument, readOwn, textStyleOf, type Workload } from '../document/document.ts';
import { type Path, valueAt } from '../manifest/model/path.ts';
import { pathInObject, type WorkloadKind } from '../manifest/object/workload.ts';
import { parseNode } from '../manifest/read/parse.ts';
import { correct } from '../manifest/text/correction.ts';
import { isJsonDocument } from '../manifest/text/json-stream.ts';
import { type Restoring, undoChanges, undoExpansions } from '../manifest/undo/restore.ts';
import { statusAnnotation } from '../plan/annotations.ts';
import { below, parseStatus, type Status } from './status.ts';

export interface Uninjected {
  readonly text: string;
  readonly workloads: readonly Workload[];
}

export const statusPath = (kind: WorkloadKind): Path =>
  pathInObject(kind, ['metadata', 'annotations', statusAnnotation]);

/** The status text of a workload that daps has injected. */
export const statusOf = (workload: Workload): string | undefined => {
  const status = valueAt(workload.value, statusPath(workload.kind));
  if (status === undefined) return undefined;
  return typeof status === 'string' ? status : '';
};

/**
 * Takes away what daps added to a document, and puts back what it replaced, byte for byte where nobody else wrote it.
 * A status that cannot be read is an error, but for a workload that is to be left alone: it stays as it is.
 */
export const uninjectDocument = (
  read: ReadDocument,
  kinds: readonly WorkloadKind[],
  isLeftAlone: (workload: Workload) => boolean = () => false,
): Result<Uninjected, readonly Located[]> => {
  const found: { workload: Workload; status: Status }[] = [];
  const problems: Located[] = [];
  for (const workload of read.workloads) {
    const text = statusOf(workload);
    if (text === undefined) continue;
    const status = parseStatus(text);
    if (status !== undefined) found.push({ workload, status });
    else if (!isLeftAlone(workload)) problems.push(invalidStatus(workload));
  }
  if (problems.length > 0) return fail(problems);
  if (found.length === 0) return ok({ text: read.text, workloads: [] });
  const made = found.flatMap(({ workload, status }) => below(workload.object.path, status).made);
  const gone = found.map(({ workload }) => [...workload.object.path, ...statusPath(workload.kind)]);
  const undo = (restoring: Restoring): string =>
    undoChanges(textStyleOf(read.text), read.tree.root, made, gone, restoring);
  const workloads = found.map(({ workload }) => workload);
  const first = undo('source');
  const text =
    isReadable(first, read) && isStillJson(first, read) ? corrected(undoRounds(first, found, kinds), found) : undefined;
  if (text !== undefined && (text === first || isReadable(text, read))) return ok({ text, workloads });
  const plain = undo('value');
  return isReadable(plain, read) ? ok({ text: plain, workloads }) : fail(workloads.map(invalidStatus));
};

const corrected = (text: string, found: readonly { readonly status: Status }[]): string =>
  found.reduce(
    (current, { status }) => (status.correction === undefined ? current : correct(current, status.correction)),
    text,
  );

/** JSON stays JSON; only a correction, which was made for this very text, may bring back what was almost JSON. */
const isStillJson = (text: string, before: ReadDocument): boolean =>
  !isJsonDocument(before.text) || isJsonDocument(text);

/** Whether kubectl still reads a document of which something was taken away, if it could read it before. */
const isReadable = (text: string, before: ReadDocument): boolean => {
  const parsed = parseNode(text);
  if (!parsed.ok || parsed.value === undefined) return false;
  return parsed.value.refused === undefined || before.tree.refused !== undefined;
};

/** The last expansion of each workload first, then the one before. JSON has no aliases. */
const undoRounds = (
  text: string,
  found: readonly { workload: Workload; status: Status }[],
  kinds: readonly WorkloadKind[],
): string => {
  if (isJsonDocument(text)) return text;
  let current = text;
  const rounds = Math.max(0, ...found.map(({ status }) => status.expanded.length));
  for (let round = 1; round <= rounds; round += 1) {
    const undone = found.flatMap(({ workload, status }) => {
      const expanded = status.expanded.at(-round);
      return expanded === undefined ? [] : [{ rootPath: workload.object.path, expanded }];
    });
    current = undoExpansions(current, readOwn(current, kinds).tree.root, undone);
  }
  return current;
};

const invalidStatus = (workload: Workload): Located => {
  const found: Problem = problem(
    'invalid-status',
    { reason: 'not what this version of daps writes' },
    statusPath(workload.kind),
  );
  return { problem: found, ref: workload.object.ref, objectPath: workload.object.path };
};
