import { distance } from 'fastest-levenshtein';
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
    const near = meantName(kebabOf(name), (known) => !texts.has(prefix + known));
    return near === undefined
      ? []
      : [problem('unknown-dapr-annotation', { annotation, nearest: prefix + near, text }, at)];
  });

/**
 * The name of an annotation that another was meant to be, of those that are not there yet: each word is the same but for
 * a slip. `http-port` is not `app-port`, however few letters are between them.
 */
const meantName = (name: string, isFree: (known: string) => boolean): string | undefined => {
  const near = annotationNames.filter((known) => isSlipOf(name, known));
  const meant = nearest(name, near);
  return meant !== undefined && isFree(meant) ? meant : undefined;
};

const isSlipOf = (name: string, known: string): boolean => {
  if (name.replaceAll('-', '') === known.replaceAll('-', '')) return true;
  const words = name.split('-');
  const others = known.split('-');
  return words.length === others.length && words.every((word, index) => isSlip(word, others[index] ?? ''));
};

/** One letter more or less, two that changed places, or another one; `api` is another word than `app`, though. */
const isSlip = (word: string, other: string): boolean => {
  const letters = distance(word, other);
  if (letters === 1) return word.length !== other.length || word.length > 3;
  return letters === 0 || (letters === 2 && sorted(word) === sorted(other));
};

const sorted = (word: string): string => [...word].sort().join('');

/** `appPort` and `app_port` as Dapr would write them. */
const kebabOf = (name: string): string =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/[_.]/g, '-')
    .toLowerCase();
