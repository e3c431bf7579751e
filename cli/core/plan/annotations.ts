import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/model/path.ts';
import { valueAt } from '../manifest/model/path.ts';
import { isMapValue, NumberValue, type Value } from '../manifest/model/value.ts';

/** A pod template's `dapr.io/*` and `daps.io/*` annotations as Dapr and daps read them. */
export interface Annotations {
  readonly texts: ReadonlyMap<string, string>;
  readonly path: Path;
}

export const enabledAnnotation = 'dapr.io/enabled';
export const statusAnnotation = 'daps.io/status';

const isOurs = (annotation: string): boolean => annotation.startsWith('dapr.io/') || annotation.startsWith('daps.io/');

/**
 * Unquoted values are problems: the API server refuses them. A bare `dapr.io/enabled` is only a warning. An annotation
 * without a value is an empty text to the API server; one of daps is as none.
 */
export const readAnnotations = (
  template: Value | undefined,
): { annotations: Annotations; problems: readonly Problem[] } => {
  const path: Path = ['metadata', 'annotations'];
  const found = valueAt(template, path);
  const texts = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [annotation, value] of Object.entries(isMapValue(found) ? found : {})) {
    if (!isOurs(annotation) || (value === null && annotation.startsWith('daps.io/'))) continue;
    texts.set(annotation, annotationText(value));
    if (typeof value !== 'string' && value !== null)
      problems.push(notAString(annotation, value, [...path, annotation]));
  }
  return { annotations: { texts, path }, problems };
};

const notAString = (annotation: string, value: Value, path: Path): Problem => {
  const found = describe(value);
  return annotation === enabledAnnotation
    ? problem('unquoted-enabled', { found }, path)
    : problem(
        'annotation-not-a-string',
        { annotation, found, quoted: isScalar(value) ? JSON.stringify(annotationText(value)) : undefined },
        path,
      );
};

const isScalar = (value: Value): boolean => typeof value === 'boolean' || value instanceof NumberValue;

export const describe = (value: Value): string => {
  if (value === null) return 'empty';
  if (typeof value === 'string') return `the text "${value}"`;
  if (typeof value === 'boolean') return `the boolean ${value}`;
  if (value instanceof NumberValue) return `the number ${value.source}`;
  return Array.isArray(value) ? 'a list' : 'a map';
};

const annotationText = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return value instanceof NumberValue ? value.source : '';
};
