import { readDocument, textStyleOf } from '../document/document.ts';
import type { Input } from '../inject/inputs.ts';
import { samePath } from '../manifest/model/path.ts';
import { sameValue, toValue, type Value } from '../manifest/model/value.ts';
import type { WorkloadKind } from '../manifest/object/workload.ts';
import { applyEdits } from '../manifest/text/splice.ts';
import { applyChanges, type Change } from '../manifest/write/change.ts';
import { changeValue } from '../manifest/write/value-change.ts';
import type { Reported } from './result.ts';
import type { DocumentPlace } from './scene/spot.ts';

/** The inputs' texts after fixing, and what became of each finding that has a fix. */
export interface Fixed {
  readonly texts: readonly string[];
  readonly fixed: readonly Reported[];
  /** Findings whose fix cannot be written without changing something else: a person must write it. */
  readonly left: readonly Reported[];
}

/**
 * Writes the fixes of findings into the inputs, byte for byte beside them. Each fix is made alone and read back: a
 * document must then mean what it meant, with this one change, and kubectl must still read it.
 */
export const fixInputs = (
  inputs: readonly Input[],
  findings: readonly Reported[],
  kinds: readonly WorkloadKind[],
): Fixed => {
  const texts = inputs.map(({ text }) => text);
  const fixed: Reported[] = [];
  const left: Reported[] = [];
  for (const [document, own] of byDocument(findings)) {
    let text = document.text;
    for (const finding of own) {
      const next = fixDocument(text, finding, kinds);
      if (next === undefined) left.push(finding);
      else {
        text = next;
        fixed.push(finding);
      }
    }
    const whole = texts[document.inputIndex] ?? '';
    texts[document.inputIndex] =
      whole.slice(0, document.start) + text + whole.slice(document.start + document.text.length);
  }
  return { texts, fixed, left };
};

/** The findings that have a fix, by their documents; the last document first, so that the places of others hold. */
const byDocument = (findings: readonly Reported[]): readonly (readonly [DocumentPlace, readonly Reported[]])[] => {
  const found = new Map<DocumentPlace, Reported[]>();
  for (const finding of findings) {
    const document = finding.object?.spot.document;
    if (finding.fix === undefined || document === undefined) continue;
    found.set(document, [...(found.get(document) ?? []), finding]);
  }
  return [...found].sort(([a], [b]) => b.start - a.start);
};

/** The document's text with one finding fixed; undefined where that cannot be done without changing something else. */
const fixDocument = (text: string, finding: Reported, kinds: readonly WorkloadKind[]): string | undefined => {
  const at = finding.object?.spot.objectPath ?? [];
  const changes = finding.fix ?? [];
  // What daps wrote is fixed in the manifest it was made from.
  if (text.includes('daps.io/status')) return undefined;
  const before = valuesOf(text, kinds);
  if (before === undefined) return undefined;
  const absolute = changes.map((change): Change => ({ ...change, path: [...at, ...change.path] }));
  const applied = applyChanges(textStyleOf(text), before.root, before.aliased, absolute);
  if (!applied.ok) return undefined;
  const fixed = applyEdits(text, applied.value.edits);
  const after = valuesOf(fixed, kinds);
  if (after === undefined || (after.isRefused && !before.isRefused)) return undefined;
  const isMeant = before.objects.every(({ path, value }, index) => {
    const expected = samePath(path, at) ? changes.reduce<Value>(changeValue, value) : value;
    return sameValue(expected, after.objects[index]?.value);
  });
  return isMeant && before.objects.length === after.objects.length ? fixed : undefined;
};

const valuesOf = (text: string, kinds: readonly WorkloadKind[]) => {
  const read = readDocument(text, kinds);
  if (!read.ok || read.value === undefined) return undefined;
  const { objects, tree } = read.value;
  return {
    root: tree.root,
    aliased: tree.aliased,
    isRefused: tree.refused !== undefined,
    objects: objects.map(({ path, node }) => ({ path, value: toValue(node) })),
  };
};
