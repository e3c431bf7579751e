import { isTruthy } from '../dapr/truthy.ts';
import { type Problem, problem } from '../diagnostic.ts';
import { formatPath, type Path, valueAt } from '../manifest/model/path.ts';
import type { Value } from '../manifest/model/value.ts';
import { mapOf } from '../manifest/object/pod.ts';
import { pathInObject, type WorkloadKind } from '../manifest/object/workload.ts';
import { enabledAnnotation } from './annotations.ts';

/** An annotation of Dapr on the workload, which the pod template does not have. Dapr reads the template only. */
export interface Misplaced {
  readonly annotation: string;
  readonly path: Path;
}

export const findMisplaced = (object: Value, workload: WorkloadKind): readonly Misplaced[] => {
  const own = formatPath(pathInObject(workload, ['metadata', 'annotations']));
  const inTemplate = mapOf(valueAt(object, pathInObject(workload, ['metadata', 'annotations'])));
  const above = workload.path
    .map((_, index) => workload.path.slice(0, index))
    .filter((path) => path.length > 0 && path.at(-1) === 'jobTemplate');
  return [[], ...above]
    .map((path) => [...path, 'metadata', 'annotations'])
    .filter((path) => formatPath(path) !== own)
    .flatMap((path) =>
      Object.keys(mapOf(valueAt(object, path)))
        .filter((annotation) => annotation.startsWith('dapr.io/') && !(annotation in inTemplate))
        .map((annotation) => ({ annotation, path: [...path, annotation] })),
    );
};

/** Whether they say that the workload is to be Dapr-enabled. */
export const isMeant = (object: Value, misplaced: readonly Misplaced[]): boolean =>
  misplaced.some(
    ({ annotation, path }) => annotation === enabledAnnotation && isTruthy(String(valueAt(object, path) ?? '')),
  );

/** An error where nothing else makes the workload Dapr-enabled. */
export const misplacedProblems = (
  code: 'annotation-on-workload' | 'ignored-workload-annotation',
  misplaced: readonly Misplaced[],
  workload: WorkloadKind,
): readonly Problem[] => {
  const place = formatPath(pathInObject(workload, ['metadata', 'annotations']));
  return misplaced.map(({ annotation, path }) => problem(code, { annotation, place }, path));
};
