import { type Diagnostic, formatDiagnostic, severityOf, wordsOf } from '../diagnostic.ts';
import { readDocument, textStyleOf } from '../document/document.ts';
import { valueAt } from '../manifest/model/path.ts';
import { type MapValue, toValue, type Value } from '../manifest/model/value.ts';
import { parseNode } from '../manifest/read/parse.ts';
import { applyEdits } from '../manifest/text/splice.ts';
import { applyChanges } from '../manifest/write/change.ts';

/**
 * The settings a ResourceList carries: `data` of a ConfigMap, `spec` of anything else
 * (kustomize cmd/config/docs/api-conventions/functions-spec.md). Undefined where there are none.
 */
export const functionSettings = (text: string): Value | undefined => {
  const parsed = parseNode(text);
  if (!parsed.ok || parsed.value === undefined) return undefined;
  const config = valueAt(toValue(parsed.value.root), ['functionConfig']);
  return valueAt(config, ['data']) ?? valueAt(config, ['spec']) ?? undefined;
};

/** Adds what was found to a ResourceList as its `results`, which kpt shows and CI reads. */
export const withResults = (text: string, diagnostics: readonly Diagnostic[]): string => {
  const read = readDocument(text, []);
  if (diagnostics.length === 0 || !read.ok || read.value === undefined) return text;
  const page = textStyleOf(text);
  const { root, aliased } = read.value.tree;
  const applied = applyChanges(page, root, aliased, [
    { op: 'set', path: ['results'], value: diagnostics.map(resultOf) },
  ]);
  return applied.ok ? applyEdits(text, applied.value.edits) : text;
};

const resultOf = (diagnostic: Diagnostic): MapValue => {
  const { problem, place } = diagnostic;
  const { ref } = place;
  return {
    message: place.ref === undefined ? formatDiagnostic(diagnostic) : wordsOf(problem),
    severity: severityOf(problem.code),
    ...(ref === undefined
      ? {}
      : {
          resourceRef: {
            apiVersion: ref.group === '' ? ref.version : `${ref.group}/${ref.version}`,
            kind: ref.kind,
            name: ref.name,
            ...(ref.namespace === '' ? {} : { namespace: ref.namespace }),
          },
        }),
    ...(ref === undefined || place.field === undefined ? {} : { field: { path: place.field } }),
    tags: { code: problem.code },
  };
};
