import { annotationNames, renamedAnnotations } from '../dapr/annotation-names.ts';
import { type Problem, problem } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { Annotations } from './annotations.ts';

const prefix = 'dapr.io/';

/** Annotations that Dapr does not read although somebody meant one that it does: an old name, or a slip. */
export const checkNames = ({ texts, path }: Annotations): readonly Problem[] =>
  [...texts].flatMap(([annotation, text]) => {
    const name = annotation.startsWith(prefix) ? annotation.slice(prefix.length) : undefined;
    if (name === undefined || annotationNames.includes(name)) return [];
    const at = [...path, annotation];
    const now = Object.hasOwn(renamedAnnotations, name) ? renamedAnnotations[name] : undefined;
    if (now !== undefined)
      return texts.has(prefix + now)
        ? []
        : [problem('old-dapr-annotation', { annotation, now: prefix + now, text }, at)];
    const near = nearest(kebabOf(name), annotationNames);
    return near === undefined
      ? []
      : [problem('unknown-dapr-annotation', { annotation, nearest: prefix + near, text }, at)];
  });

/** `appPort` and `app_port` as Dapr would write them. */
const kebabOf = (name: string): string =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/[_.]/g, '-')
    .toLowerCase();
