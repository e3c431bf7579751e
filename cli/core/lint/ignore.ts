import { type Place, type Problem, problem, wordsOf } from '../diagnostic.ts';
import { type Path, samePath, valueAt } from '../manifest/model/path.ts';
import { mapOf, textOf } from '../manifest/object/pod.ts';
import { pathInObject } from '../manifest/object/workload.ts';
import { nearest } from '../nearest.ts';
import { isLike, isMatched } from '../settings/workload-match.ts';
import { knownIds } from './listed-rules.ts';
import type { Ignored, IgnoreRule, LintSettings, Reported } from './result.ts';
import type { LintWorkload, Scene, SceneObject } from './scene/scene.ts';
import { placeAt } from './scene/spot.ts';

/** `ignore.lint.daps.io/<rule>: "<reason>"` on an object, or on the pod template of a workload. */
export const ignorePrefix = 'ignore.lint.daps.io/';

interface AnnotationIgnore {
  readonly object: SceneObject;
  readonly rule: string;
  readonly reason: string;
  readonly path: Path;
}

export interface AppliedIgnores {
  readonly kept: readonly Reported[];
  readonly ignored: readonly Ignored[];
  /** Ignores that have no reason, name no rule, or match nothing. */
  readonly problems: readonly Reported[];
}

/** Takes out what annotations and `.daps.yaml` ignore, and reports ignores that do nothing. */
export const applyIgnores = (
  findings: readonly Reported[],
  scene: Scene,
  { ignores }: LintSettings,
): AppliedIgnores => {
  const annotations = [
    ...scene.workloads.flatMap((workload) => ignoresIn(workload, annotationPaths(workload))),
    ...othersOf(scene).flatMap((object) => ignoresIn(object, [ownAnnotations])),
  ];
  const inForce = annotations.filter(({ reason, rule }) => reason !== '' && knownIds.has(rule));
  const used = new Set<AnnotationIgnore | IgnoreRule>();
  const kept: Reported[] = [];
  const ignored: Ignored[] = [];
  for (const finding of findings) {
    const own =
      inForce.find(({ object, rule }) => rule === finding.id && object.spot === finding.object?.spot) ??
      ignores.find((entry) => isIgnored(entry, finding, scene));
    if (own === undefined) kept.push(finding);
    else {
      used.add(own);
      ignored.push({ finding, reason: own.reason });
    }
  }
  const unused = [
    ...inForce.filter((entry) => !used.has(entry)).map(unmatchedAnnotation),
    ...ignores
      .filter((entry) => !used.has(entry))
      .map(({ spelling, rule, place }) => ofProblem(problem('unmatched-ignore', { spelling, rule }), place)),
  ];
  return { kept, ignored, problems: [...annotations.flatMap(wrongAnnotation), ...unused] };
};

const othersOf = (scene: Scene): readonly SceneObject[] => [
  ...scene.components,
  ...scene.subscriptions,
  ...scene.resiliencies,
  ...scene.configurations,
  ...scene.scaledObjects,
  ...scene.autoscalers,
  ...scene.disruptionBudgets,
  ...scene.services,
];

const ownAnnotations: Path = ['metadata', 'annotations'];

/** Where a workload has annotations: its own, and those of its pod template, which are the same for a Pod. */
const annotationPaths = ({ kind }: LintWorkload): readonly Path[] => {
  const ofTemplate = pathInObject(kind, ownAnnotations);
  return samePath(ofTemplate, ownAnnotations) ? [ownAnnotations] : [ownAnnotations, ofTemplate];
};

const ignoresIn = (object: SceneObject, places: readonly Path[]): readonly AnnotationIgnore[] =>
  places.flatMap((path) =>
    Object.entries(mapOf(valueAt(object.value, path)))
      .filter(([name]) => name.startsWith(ignorePrefix))
      .map(([name, value]) => ({
        object,
        rule: name.slice(ignorePrefix.length),
        reason: (textOf(value) ?? '').trim(),
        path: [...path, name],
      })),
  );

const isIgnored = ({ rule, match }: IgnoreRule, { id, place }: Reported, scene: Scene): boolean =>
  place.ref !== undefined &&
  isLike(rule, id) &&
  isMatched(match, place.ref, place.ref.namespace || scene.options.namespace);

const ofProblem = (found: Problem, place: Place): Reported => ({
  id: found.code,
  severity: 'warning',
  message: wordsOf(found),
  place,
});

const unmatchedAnnotation = ({ object, rule, path }: AnnotationIgnore): Reported =>
  ofProblem(
    problem('unmatched-ignore', { spelling: ignorePrefix + rule, rule }),
    placeAt(object.spot, object.ref, path),
  );

const wrongAnnotation = ({ object, rule, reason, path }: AnnotationIgnore): readonly Reported[] => {
  const place = placeAt(object.spot, object.ref, path);
  const spelling = ignorePrefix + rule;
  if (!knownIds.has(rule))
    return [ofProblem(problem('unknown-rule', { spelling, rule, nearest: nearest(rule, [...knownIds]) }), place)];
  return reason === '' ? [ofProblem(problem('ignore-without-reason', { spelling }), place)] : [];
};
