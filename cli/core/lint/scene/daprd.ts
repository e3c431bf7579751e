import { parseInt64, toInt32 } from '../../dapr/go-text.ts';
import { isTruthy } from '../../dapr/truthy.ts';
import { nativeSidecarAnnotation } from '../../plan/steering.ts';
import type { LintWorkload } from './scene.ts';

/** Whether daprd is known to be a native sidecar: by annotation, or because daps has injected it or adds daprd itself. */
export const isNativeDaprd = ({ annotations, status, isInline }: LintWorkload): boolean =>
  status !== undefined || isInline || isTruthy(annotations.get(nativeSidecarAnnotation) ?? '');

/** A number as Dapr's injector reads it from an annotation; undefined where it takes its default. */
export const annotatedNumber = ({ annotations }: LintWorkload, annotation: string): number | undefined => {
  const value = parseInt64(annotations.get(annotation) ?? '');
  return value === undefined ? undefined : toInt32(value);
};

/** Whether a workload runs to an end, and its pods are complete only when all their regular containers are. */
export const isJob = ({ kind }: LintWorkload): boolean =>
  (kind.group === 'batch' && (kind.kind === 'Job' || kind.kind === 'CronJob')) || kind.kind === 'ScaledJob';

/** The items of an annotation that is a list with commas. */
export const itemsOfList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
