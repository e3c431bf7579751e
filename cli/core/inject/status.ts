import { isJsonObject, parseJson } from '../../../proxy/contract/json.ts';
import type { Path, Step } from '../manifest/model/path.ts';
import { int, NumberValue, type Value } from '../manifest/model/value.ts';
import type { Correction } from '../manifest/text/correction.ts';
import type { AppliedChange } from '../manifest/write/change.ts';
import type { Expanded } from '../manifest/write/expand.ts';

/**
 * What the annotation `daps.io/status` holds: how each change was made, with the source of everything that was replaced.
 * Paths start at the object's root, so that they hold wherever the object is moved to. Nothing in it depends on the
 * version of daps: a Job's template must not change, and an upgrade must not replace pods for which nothing changes.
 */
export interface Status {
  readonly made: readonly AppliedChange[];
  readonly expanded: readonly Expanded[];
  /** Makes `uninject` exact to the byte where undoing what was made is not; the first workload of a document has it. */
  readonly correction?: Correction | undefined;
}

/** Compact JSON in ASCII, on one line. */
export const formatStatus = ({ made, expanded, correction }: Status): string => {
  const added = made.flatMap((one) =>
    one.kind === 'added' ? [[formatPointer(one.path), addedParts(one)] as const] : [],
  );
  const replaced = made.flatMap((one) => (one.kind === 'replaced' ? [replacedParts(one)] : []));
  const filled = made.flatMap((one) => (one.kind === 'filled' ? [filledParts(one)] : []));
  const status = {
    added: Object.fromEntries(added),
    ...(replaced.length === 0 ? {} : { replaced }),
    ...(filled.length === 0 ? {} : { filled }),
    ...(expanded.length === 0 ? {} : { expanded: expanded.map((one) => ({ ...one, path: formatPointer(one.path) })) }),
    ...(correction === undefined ? {} : { correction }),
  };
  return JSON.stringify(status, (_, value: unknown) =>
    value instanceof NumberValue ? Number(value.number) : value,
  ).replaceAll(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
};

/** How many parents were made, or that and the value. */
const addedParts = (one: Extract<AppliedChange, { kind: 'added' }>): unknown =>
  one.value === undefined ? one.created : [one.created, one.value];

const replacedParts = ({ path, source, value, column }: Extract<AppliedChange, { kind: 'replaced' }>): object => ({
  path: formatPointer(path),
  source,
  value,
  ...(column === 0 ? {} : { column }),
});

/** One leaf stands as it is, several as a list. */
const filledParts = ({ path, source, leaves }: Extract<AppliedChange, { kind: 'filled' }>): object => {
  const pointers = leaves.map(formatPointer);
  return { path: formatPointer(path), source, leaf: pointers.length === 1 ? pointers[0] : pointers };
};

/** Reads it back; undefined where it is not what `formatStatus` writes. daps 0.1.0 wrote its `version` as well. */
export const parseStatus = (text: string): Status | undefined => {
  const json = parseJson(text);
  if (!isJsonObject(json) || !isJsonObject(json['added'])) return undefined;
  const added = listOf(Object.entries(json['added']), readAdded);
  const replaced = listOf(json['replaced'] ?? [], readReplaced);
  const filled = listOf(json['filled'] ?? [], readFilled);
  const expanded = listOf(json['expanded'] ?? [], readExpanded);
  if (added === undefined || replaced === undefined || filled === undefined || expanded === undefined) return undefined;
  const correction = readCorrection(json['correction']);
  if (json['correction'] !== undefined && correction === undefined) return undefined;
  return { made: [...added, ...replaced, ...filled], expanded, correction };
};

/** A JSON pointer (RFC 6901) in which `[web]` is the item of a list with that name. */
const formatPointer = (path: Path): string =>
  path
    .map((step) => (typeof step === 'object' ? `/[${escapeStep(step.name)}]` : `/${escapeStep(String(step))}`))
    .join('');

const escapeStep = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1').replace(/^\[/, '~2');
const unescapeStep = (text: string): string => text.replaceAll('~2', '[').replaceAll('~1', '/').replaceAll('~0', '~');

const parsePointer = (pointer: unknown): Path | undefined => {
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/'))) return undefined;
  return pointer
    .split('/')
    .slice(1)
    .map((step): Step => {
      const item = /^\[(.*)\]$/.exec(step);
      return item === null ? unescapeStep(step) : { name: unescapeStep(item[1] ?? '') };
    });
};

const listOf = <T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(read);
  return items.every((item) => item !== undefined) ? items : undefined;
};

const readAdded = (entry: unknown): AppliedChange | undefined => {
  const [pointer, parts] = Array.isArray(entry) ? entry : [];
  const [created, raw] = Array.isArray(parts) ? parts : [parts];
  const path = parsePointer(pointer);
  if (path === undefined || typeof created !== 'number') return undefined;
  if (raw === undefined) return { kind: 'added', path, created };
  const value = readValue(raw);
  return value === undefined ? undefined : { kind: 'added', path, created, value };
};

const readReplaced = (item: unknown): AppliedChange | undefined => {
  if (!isJsonObject(item)) return undefined;
  const path = parsePointer(item['path']);
  const value = readValue(item['value']);
  const { source, column = 0 } = item;
  if (path === undefined || value === undefined || typeof source !== 'string' || typeof column !== 'number')
    return undefined;
  return { kind: 'replaced', path, source, value, column };
};

const readFilled = (item: unknown): AppliedChange | undefined => {
  if (!isJsonObject(item)) return undefined;
  const path = parsePointer(item['path']);
  const leaves = listOf(Array.isArray(item['leaf']) ? item['leaf'] : [item['leaf']], parsePointer);
  const { source } = item;
  return path === undefined || leaves === undefined || typeof source !== 'string'
    ? undefined
    : { kind: 'filled', path, source, leaves };
};

const readExpanded = (item: unknown): Expanded | undefined => {
  if (!isJsonObject(item)) return undefined;
  const path = parsePointer(item['path']);
  const { kind, source } = item;
  if (path === undefined || typeof source !== 'string') return undefined;
  if (kind === 'alias') return { kind, path, source };
  const keys = listOf(item['keys'], (key) => (typeof key === 'string' ? key : undefined));
  return kind === 'merge' && keys !== undefined ? { kind, path, source, keys } : undefined;
};

const readCorrection = (item: unknown): Correction | undefined => {
  if (!isJsonObject(item)) return undefined;
  const { of, start, end, text } = item;
  return typeof of === 'string' && typeof start === 'number' && typeof end === 'number' && typeof text === 'string'
    ? { of, start, end, text }
    : undefined;
};

const readValue = (value: unknown): Value | undefined => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return int(value);
  if (Array.isArray(value)) return listOf(value, readValue);
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).map(([key, item]) => [key, readValue(item)] as const);
  return entries.every(([, item]) => item !== undefined) ? (Object.fromEntries(entries) as Value) : undefined;
};

/** The same changes seen from the document's root. */
export const below = (prefix: Path, status: Status): Status => ({
  ...status,
  made: status.made.map((made) =>
    made.kind === 'filled'
      ? { ...made, path: [...prefix, ...made.path], leaves: made.leaves.map((leaf) => [...prefix, ...leaf]) }
      : { ...made, path: [...prefix, ...made.path] },
  ),
});
