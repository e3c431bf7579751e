import { isJsonObject, parseJson } from '../../../proxy/contract/json.ts';
import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { type Identity, identityOf } from './fingerprint.ts';
import { isUnreadable } from './lint.ts';
import type { LintResult, Reported } from './result.ts';

/** Findings that are known and left out: how many of each identity. */
export interface Baseline {
  readonly entries: readonly BaselineEntry[];
}

interface BaselineEntry extends Identity {
  readonly count: number;
}

const version = 1;

/** A baseline of all of these findings but documents that cannot be read, sorted. */
export const baselineOf = (findings: readonly Reported[]): Baseline => {
  const entries = new Map<string, BaselineEntry>();
  for (const found of findings.filter(({ id }) => !isUnreadable(id))) {
    const identity = identityOf(found);
    const key = keyOf(identity);
    entries.set(key, { ...identity, count: (entries.get(key)?.count ?? 0) + 1 });
  }
  return { entries: [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry) };
};

/** The file of a baseline of these findings: one entry a line, so that its diffs can be read. */
export const baselineText = (findings: readonly Reported[]): string => {
  const lines = baselineOf(findings).entries.map((entry) => `    ${JSON.stringify(entry)}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "version": ${version},\n  "findings": ${list}\n}\n`;
};

const keyOf = ({ rule, object, field }: Identity): string => JSON.stringify([rule, object, field]);

/** Reads a baseline file; fails with what is wrong with it, as half a sentence. */
export const readBaseline = (text: string): Result<Baseline, string> => {
  const json = parseJson(text);
  if (!isJsonObject(json)) return fail('it is not a JSON object');
  if (json['version'] !== version) return fail(`its version is not ${version}`);
  const findings = json['findings'];
  if (!Array.isArray(findings)) return fail('its findings are not a list');
  const entries = findings.flatMap((entry: unknown) => (isEntry(entry) ? [entry] : []));
  return entries.length === findings.length
    ? ok({ entries })
    : fail(
        `findings[${findings.findIndex((entry: unknown) => !isEntry(entry))}] is not {"rule": …, "object": …, "field": …, "count": …}`,
      );
};

const isEntry = (value: unknown): value is BaselineEntry =>
  isJsonObject(value) &&
  ['rule', 'object', 'field'].every((key) => typeof value[key] === 'string') &&
  Number.isInteger(value['count']) &&
  Number(value['count']) > 0;

/** A result without the findings that a baseline has; documents that cannot be read are always found. */
export const withoutBaseline = (result: LintResult, { entries }: Baseline): LintResult => {
  const left = new Map<string, number>();
  for (const entry of entries) left.set(keyOf(entry), (left.get(keyOf(entry)) ?? 0) + entry.count);
  const findings = result.findings.filter((found) => {
    const key = keyOf(identityOf(found));
    const count = isUnreadable(found.id) ? 0 : (left.get(key) ?? 0);
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
  return {
    ...result,
    findings,
    baselined: result.findings.length - findings.length,
    goneFromBaseline: [...left.values()].filter((count) => count > 0).length,
  };
};
