import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { type Problem, problem } from '../diagnostic.ts';
import { maxLevels } from '../manifest/model/expanded-size.ts';
import type { Tree } from '../manifest/model/node.ts';
import { formatPath, type Path } from '../manifest/model/path.ts';
import { toValue, type Value } from '../manifest/model/value.ts';
import { type ManifestObject, objectsIn } from '../manifest/object/object.ts';
import type { ResourceRef } from '../manifest/object/resource-ref.ts';
import { findWorkloadKind, type WorkloadKind } from '../manifest/object/workload.ts';
import { type ParseProblem, parseNode } from '../manifest/read/parse.ts';
import { isJsonDocument } from '../manifest/text/json-stream.ts';
import { hasLoneReturn, linesOf } from '../manifest/text/lines.ts';
import { detectDashIndent, type TextStyle } from '../manifest/write/insertion.ts';

/** A parsed document with the objects that have a pod template and may have to do with Dapr. */
export interface ReadDocument {
  readonly text: string;
  readonly tree: Tree;
  readonly workloads: readonly Workload[];
  readonly objects: readonly ManifestObject[];
}

export interface Workload {
  readonly object: ManifestObject;
  readonly kind: WorkloadKind;
  readonly value: Value;
}

/** A problem with the object it was found in; the offset counts from the document's start. */
export interface Located {
  readonly problem: Problem;
  readonly ref?: ResourceRef | undefined;
  readonly objectPath: Path;
  readonly offset?: number;
}

/** A problem of a workload. Its path starts at the object's root. */
export const locateProblem = (workload: Workload, found: Problem): Located => ({
  problem: found,
  ref: workload.object.ref,
  objectPath: workload.object.path,
});

/** What makes a document worth parsing: Dapr, or what daps did to it. Quoted text may spell each letter as an escape. */
export const mentionsDapr = (text: string): boolean =>
  mentions(text) || (/\\(?:[xuU/]|\r?\n)/.test(text) && mentions(text.replaceAll(escaped, lettersOf)));

const mentions = (text: string): boolean => text.includes('dapr.io/') || text.includes('daps.io/status');

const escaped = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(\/)|\r?\n[ \t]*)/g;

const lettersOf = (_all: string, two?: string, four?: string, eight?: string, slash?: string): string => {
  const hex = two ?? four ?? eight;
  const code = hex === undefined ? undefined : Number.parseInt(hex, 16);
  return code === undefined || code > 0x10ffff ? (slash ?? '') : String.fromCodePoint(code);
};

/** Parses a document and finds its workloads; undefined for one without content. */
export const readDocument = (
  text: string,
  kinds: readonly WorkloadKind[],
): Result<ReadDocument | undefined, readonly Located[]> => {
  const glued = /(?<![^\n])---[^\s-].*/.exec(text);
  if (glued !== null)
    return fail([
      {
        problem: problem('glued-separator', { line: glued[0].trimEnd().slice(0, 60) }),
        objectPath: [],
        offset: glued.index,
      },
    ]);
  const parsed = parseNode(text);
  if (!parsed.ok) {
    const { reason, offset, limit } = parsed.error;
    return fail([{ problem: unreadable(reason, limit), objectPath: [], offset }]);
  }
  const tree = parsed.value;
  if (tree === undefined) return ok(undefined);
  const objects = objectsIn(tree.root);
  return ok({ text, tree, objects, workloads: objects.flatMap((object) => readWorkload(text, tree, object, kinds)) });
};

const readWorkload = (
  text: string,
  tree: Tree,
  object: ManifestObject,
  kinds: readonly WorkloadKind[],
): readonly Workload[] => {
  const kind = findWorkloadKind(kinds, object.ref);
  if (kind === undefined) return [];
  const mayMentionDapr = tree.aliased.size > 0 || mentionsDapr(text.slice(object.node.start, object.node.end));
  return mayMentionDapr ? [{ object, kind, value: toValue(object.node) }] : [];
};

export const textStyleOf = (text: string): TextStyle => ({
  text,
  lines: linesOf(text),
  eol: lineEndOf(text),
  dashIndent: detectDashIndent(text),
  ...jsonStyle(text),
});

const jsonStyle = (text: string): Pick<TextStyle, 'isJson' | 'isCompact'> => {
  const isJson = isJsonDocument(text);
  return { isJson, isCompact: isJson && /^[^"]*"(?:[^"\\]|\\.)*":\S/.test(text) };
};

/** Helm puts its own comments, with plain line ends, above templates that were written on Windows. */
const lineEndOf = (text: string): string => {
  const all = text.match(/\n/g)?.length ?? 0;
  if (all === 0) return hasLoneReturn(text) ? '\r' : '\n';
  const crlf = text.match(/\r\n/g)?.length ?? 0;
  return crlf * 2 > all ? '\r\n' : '\n';
};

/** Reads a text that daps has just written: anything but success is a bug. */
export const readOwn = (text: string, kinds: readonly WorkloadKind[]): ReadDocument => {
  const read = readDocument(text, kinds);
  if (!read.ok)
    throw new Error(
      `daps wrote a document it cannot read: ${read.error.map(({ problem: found }) => `${found.code} ${formatPath(found.path ?? [])}`).join(', ')}`,
    );
  if (read.value === undefined) throw new Error('daps wrote an empty document');
  return read.value;
};

const unreadable = (reason: string, limit: ParseProblem['limit']): Problem => {
  switch (limit) {
    case 'size':
      return problem('too-many-aliases', {});
    case 'levels':
      return problem('nested-too-deeply', { levels: maxLevels });
    case undefined:
      return problem('malformed-yaml', { reason });
    default:
      return unreachable(limit);
  }
};
