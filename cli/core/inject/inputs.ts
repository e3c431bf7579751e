import type { Diagnostic, Place } from '../diagnostic.ts';
import { isError, problem } from '../diagnostic.ts';
import { type Located, mentionsDapr, type ReadDocument, readDocument } from '../document/document.ts';
import { helmSource } from '../document/helm-source.ts';
import type { Node } from '../manifest/model/node.ts';
import { formatPath, offsetOf, type Path } from '../manifest/model/path.ts';
import { formatRef, type ResourceRef } from '../manifest/object/resource-ref.ts';
import { pathInObject, type WorkloadKind } from '../manifest/object/workload.ts';
import { parseNode } from '../manifest/read/parse.ts';
import { type Position, positionFinder } from '../manifest/text/position.ts';
import { splitStream } from '../manifest/text/stream.ts';
import { isMeantForDapr } from '../plan/plan.ts';
import { componentsIn } from './components.ts';
import { type InjectContext, injectDocument, type WorkloadOutcome } from './inject.ts';
import { streamFacts } from './stream-facts.ts';
import { uninjectDocument } from './uninject.ts';
import { unknownInjectedProblems, unknownKindProblems } from './unknown-kinds.ts';
import { unmatchedOverrides } from './unmatched.ts';

/** One stream of manifests: stdin or a file. */
export interface Input {
  readonly name: string;
  readonly text: string;
}

/** One workload of the report. */
export interface WorkloadEntry {
  readonly place: Place;
  readonly outcome: WorkloadOutcome | { readonly action: 'uninjected' };
  /** Where its app-id is written, if it is. */
  readonly appIdPlace?: Place;
}

export interface Processed {
  /** One text an input; the inputs' own texts where there are errors. */
  readonly outputs: readonly string[];
  readonly entries: readonly WorkloadEntry[];
  readonly diagnostics: readonly Diagnostic[];
  /** Before and after of every document that was changed. */
  readonly changed: readonly { readonly before: ReadDocument; readonly afterText: string }[];
}

/** What is done to one document: its new text, and what became of its workloads. */
type Treat = (read: ReadDocument) => { text: string; entries: readonly Treated[]; problems: readonly Located[] };
interface Treated {
  readonly outcome: WorkloadEntry['outcome'];
  readonly at: Spot;
  readonly appIdAt?: Spot;
}

/** An input of nothing gets a comment, because Helm 4 refuses blank output (pkg/postrenderer/postrenderer.go). */
export const emptyComment = '# daps: no manifests on stdin\n';

export const injectInputs = (inputs: readonly Input[], context: InjectContext): Processed => {
  const stream = streamFacts(inputs, context);
  const meant: ResourceRef[] = [];
  const processed = processInputs(inputs, context.kinds, (read) => {
    meant.push(
      ...read.workloads.filter(({ value, kind }) => isMeantForDapr(value, kind)).map(({ object }) => object.ref),
    );
    const injected = injectDocument(read, context, stream);
    if (!injected.ok) return { text: read.text, entries: [], problems: injected.error };
    const { outcomes, text } = injected.value;
    const problems = [
      ...outcomes.flatMap(warningsOf),
      ...unknownKindProblems(read, context.kinds),
      ...(context.anchors === undefined ? [] : componentsIn(read).problems),
    ];
    return { text, problems, entries: outcomes.map((outcome) => treated(outcome)) };
  });
  const hasInline = processed.entries.some(({ outcome }) => 'daprd' in outcome && outcome.daprd?.by === 'inline');
  const hasUnread = processed.diagnostics.some(
    (diagnostic) => isError(diagnostic) && diagnostic.place.ref === undefined,
  );
  const found = [
    ...(hasInline ? context.settingWarnings : []),
    ...processed.diagnostics,
    ...duplicateAppIds(processed.entries, context.namespace ?? ''),
    ...(hasUnread ? [] : unmatchedOverrides(context.overrides, meant, context.namespace ?? '')),
  ];
  const all = { ...processed, diagnostics: inOrder(found, inputs) };
  const failed = all.diagnostics.some(isError);
  const outputs = inputs.map((input, index) =>
    failed ? input.text : fillEmpty(processed.outputs[index] ?? '', inputs.length),
  );
  return { ...all, outputs };
};

export const uninjectInputs = (inputs: readonly Input[], kinds: readonly WorkloadKind[]): Processed => {
  const processed = processInputs(inputs, kinds, (read) => {
    const clean = uninjectDocument(read, kinds);
    if (!clean.ok) return { text: read.text, entries: [], problems: clean.error };
    const entries = clean.value.workloads.map(({ object }) => ({
      outcome: { action: 'uninjected' as const },
      at: { objectPath: object.path, ref: object.ref },
    }));
    return { text: clean.value.text, entries, problems: unknownInjectedProblems(read, kinds) };
  });
  const failed = processed.diagnostics.some(isError);
  return {
    ...processed,
    outputs: inputs.map((input, index) =>
      failed ? input.text : (processed.outputs[index] ?? '').replace(emptyComment, ''),
    ),
  };
};

/** By place, so that a list of findings reads like the input. */
const inOrder = (diagnostics: readonly Diagnostic[], inputs: readonly Input[]): readonly Diagnostic[] => {
  const rank = ({ place }: Diagnostic): number => inputs.findIndex(({ name }) => name === place.input);
  return [...diagnostics].sort(
    (a, b) => rank(a) - rank(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
};

const fillEmpty = (text: string, inputs: number): string =>
  inputs <= 1 && text.trim() === '' ? text + emptyComment : text;

const warningsOf = ({ warnings, workload }: WorkloadOutcome): readonly Located[] =>
  warnings.map((found) => ({ problem: found, ref: workload.object.ref, objectPath: workload.object.path }));

const treated = (outcome: WorkloadOutcome): Treated => {
  const { object, kind } = outcome.workload;
  const at: Spot = { objectPath: object.path, ref: object.ref };
  const path = pathInObject(kind, ['metadata', 'annotations', 'dapr.io/app-id']);
  return { outcome, at, ...(outcome.facts === undefined ? {} : { appIdAt: { ...at, path } }) };
};

const processInputs = (inputs: readonly Input[], kinds: readonly WorkloadKind[], treat: Treat): Processed => {
  const outputs: string[] = [];
  const entries: WorkloadEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  const changed: { before: ReadDocument; afterText: string }[] = [];
  for (const input of inputs) {
    const positionOf = positionFinder(input.text);
    const parts: string[] = [];
    for (const { start, end } of mentionsDapr(input.text)
      ? splitStream(input.text)
      : [{ start: 0, end: input.text.length }]) {
      const text = input.text.slice(start, end);
      const read = mentionsDapr(text) ? readDocument(text, kinds) : undefined;
      const origin: Origin = { input, start, source: sourceFinder(text), positionOf };
      if (read === undefined || (read.ok && read.value === undefined)) {
        parts.push(text);
      } else if (!read.ok) {
        parts.push(text);
        diagnostics.push(...read.error.map((found) => diagnosticOf(origin, undefined, found)));
      } else if (read.value !== undefined) {
        const root = read.value.tree.root;
        const result = treat(read.value);
        parts.push(result.text);
        if (result.text !== text) changed.push({ before: read.value, afterText: result.text });
        diagnostics.push(...result.problems.map((found) => diagnosticOf(origin, root, found)));
        diagnostics.push(...knativeWarnings(read.value).map((found) => diagnosticOf(origin, root, found)));
        entries.push(
          ...result.entries.map(({ outcome, at, appIdAt }) => ({
            outcome,
            place: placeOf(origin, root, at),
            ...(appIdAt === undefined ? {} : { appIdPlace: placeOf(origin, root, appIdAt) }),
          })),
        );
      }
    }
    outputs.push(parts.join(''));
  }
  return { outputs, entries, diagnostics, changed };
};

interface Origin {
  readonly input: Input;
  readonly start: number;
  /** The template that the document was made from. */
  readonly source: () => string | undefined;
  readonly positionOf: (offset: number) => Position;
}

const diagnosticOf = (origin: Origin, root: Node | undefined, found: Located): Diagnostic => ({
  problem: found.problem,
  place: placeOf(origin, root, { ...found, path: found.problem.path }),
});

/** A field of an object in a document, or an offset where the document cannot be read. */
interface Spot {
  readonly objectPath: Path;
  readonly ref?: ResourceRef | undefined;
  readonly path?: Path | undefined;
  readonly offset?: number;
}

const placeOf = (origin: Origin, root: Node | undefined, spot: Spot): Place => {
  const path = [...spot.objectPath, ...(spot.path ?? [])];
  const offset = spot.offset ?? (root === undefined ? 0 : offsetOf(root, path));
  const source = origin.source();
  const field = spot.path === undefined ? {} : { field: formatPath(spot.path) };
  return {
    input: origin.input.name,
    ...origin.positionOf(origin.start + offset),
    ...(source === undefined ? {} : { source }),
    ...(spot.ref === undefined ? {} : { ref: spot.ref }),
    ...field,
  };
};

/** Searches the document once, for the first place that a finding names. */
const sourceFinder = (text: string): (() => string | undefined) => {
  let found: { readonly source: string | undefined } | undefined;
  return () => {
    found ??= { source: helmSource(text) };
    return found.source;
  };
};

const knativeWarnings = (read: ReadDocument): readonly Located[] =>
  read.objects
    .filter(
      ({ ref, node }) =>
        ref.group === 'serving.knative.dev' &&
        ref.kind === 'Service' &&
        /dapr\.io\/enabled/.test(read.text.slice(node.start, node.end)),
    )
    .map(({ ref, path }) => ({ problem: problem('knative-service', {}), ref, objectPath: path }));

/** Two that Dapr calls with one app-id. A workload without an app-port, or one that daps leaves alone, is none of them. */
const duplicateAppIds = (entries: readonly WorkloadEntry[], namespace: string): readonly Diagnostic[] => {
  const seen = new Map<string, string>();
  const found: Diagnostic[] = [];
  for (const { outcome, place, appIdPlace } of entries) {
    const appId = outcome.action === 'uninjected' ? undefined : outcome.facts?.dapr.appId;
    if (appId === undefined || place.ref === undefined) continue;
    const key = `${place.ref.namespace || namespace}/${appId}`;
    const other = seen.get(key);
    const name = formatRef(place.ref);
    if (other === undefined) seen.set(key, name);
    else if (other !== name)
      found.push({ problem: problem('duplicate-app-id', { appId, other }), place: appIdPlace ?? place });
  }
  return found;
};

/** Whether a text is one ResourceList, the envelope of KRM functions. */
export const isResourceList = (text: string): boolean => {
  if (!text.includes('ResourceList')) return false;
  const documents = splitStream(text)
    .map(({ start, end }) => text.slice(start, end))
    .filter((slice) => slice.trim() !== '' && slice.trim() !== '---');
  const [only] = documents;
  if (only === undefined || documents.length > 1) return false;
  const parsed = parseNode(only);
  const root = parsed.ok ? parsed.value?.root : undefined;
  if (root?.kind !== 'map') return false;
  const textAt = (key: string): string => {
    const value = root.pairs.findLast((pair) => pair.key === key)?.value;
    return value?.kind === 'scalar' ? value.text : '';
  };
  return textAt('kind') === 'ResourceList' && textAt('apiVersion').startsWith('config.kubernetes.io/');
};
