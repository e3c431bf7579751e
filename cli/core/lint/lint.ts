import { type Diagnostic, severityOf, wordsOf } from '../diagnostic.ts';
import type { InjectContext } from '../inject/inject.ts';
import { type Input, injectInputs } from '../inject/inputs.ts';
import { applyIgnores } from './ignore.ts';
import { fixOfProblem } from './problem-fixes.ts';
import type { LintResult, LintSettings, Reported } from './result.ts';
import type { Finding, Severity } from './rule/rule.ts';
import { rules } from './rules/index.ts';
import { readScene } from './scene/read-scene.ts';
import type { LintFacts, Scene } from './scene/scene.ts';
import { placeAt } from './scene/spot.ts';

/** Problems of documents as such: what a document holds is unknown, so no rule can look at it. */
const unreadable = new Set(['malformed-yaml', 'glued-separator', 'nested-too-deeply', 'too-many-aliases', 'not-utf8']);

/** Whether a finding is a document that could not be read. */
export const isUnreadable = (id: string): boolean => unreadable.has(id);

/** Checks all inputs with all rules, and with everything that `daps inject` would report. */
export const lintInputs = (
  inputs: readonly Input[],
  context: InjectContext,
  facts: LintFacts,
  settings: LintSettings,
): LintResult => {
  const { diagnostics } = injectInputs(inputs, context);
  const scene = readScene(inputs, context, facts);
  const found = [
    ...diagnostics.map((diagnostic) => ofProblem(diagnostic, scene)),
    ...rules.flatMap((rule) => rule.check(scene).map((one) => ofRule(rule, one))),
  ];
  const weighed = found.flatMap((one) => {
    const severity = settings.severities.get(one.id) ?? one.severity;
    return severity === 'off' ? [] : [{ ...one, severity }];
  });
  const { kept, ignored, problems } = applyIgnores(weighed, scene, settings);
  return {
    findings: inOrder([...kept, ...problems], inputs),
    ignored,
    baselined: 0,
    goneFromBaseline: 0,
    workloads: scene.workloads.map(({ spot, ref }) => placeAt(spot, ref, [])),
    unread: diagnostics.some(({ problem }) => isUnreadable(problem.code)) ? 'input' : undefined,
  };
};

/** What comes of inputs of which one could not be read at all: nothing but that. */
export const unreadInputs = (diagnostics: readonly Diagnostic[]): LintResult => ({
  findings: diagnostics.map(reported),
  ignored: [],
  baselined: 0,
  goneFromBaseline: 0,
  workloads: [],
  unread: 'input',
});

const ofRule = ({ id, severity }: { readonly id: string; readonly severity: Severity }, found: Finding): Reported => ({
  id,
  severity,
  message: found.message,
  place: placeAt(found.object.spot, found.object.ref, found.path),
  object: found.object,
  ...(found.fix === undefined ? {} : { fix: found.fix }),
});

const reported = ({ problem, place }: Diagnostic): Reported => ({
  id: problem.code,
  severity: severityOf(problem.code),
  message: wordsOf(problem),
  place,
});

const ofProblem = (diagnostic: Diagnostic, scene: Scene): Reported => {
  const { problem, place } = diagnostic;
  const object = scene.workloads.find(
    ({ ref, spot }) =>
      spot.document.input === place.input &&
      ref.kind === place.ref?.kind &&
      ref.name === place.ref.name &&
      ref.namespace === place.ref.namespace,
  );
  const fix = object === undefined ? undefined : fixOfProblem(problem, object);
  return {
    ...reported(diagnostic),
    ...(object === undefined ? {} : { object }),
    ...(fix === undefined ? {} : { fix }),
  };
};

const inOrder = (findings: readonly Reported[], inputs: readonly Input[]): readonly Reported[] => {
  const rank = new Map(inputs.map(({ name }, index) => [name, index]));
  const of = ({ place }: Reported): number => rank.get(place.input) ?? -1;
  return [...findings].sort(
    (a, b) => of(a) - of(b) || a.place.line - b.place.line || a.place.column - b.place.column || (a.id < b.id ? -1 : 1),
  );
};
