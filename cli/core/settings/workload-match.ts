import type { ResourceRef } from '../manifest/object/resource-ref.ts';

/** Which workloads are meant: all that have these. `*` stands for any characters, and alone for anything. */
export type Match = Readonly<Record<MatchKey, string>>;

export const matchKeys = ['kind', 'namespace', 'name'] as const;
export type MatchKey = (typeof matchKeys)[number];

const patterns: Readonly<Record<MatchKey, RegExp>> = {
  kind: /^[a-z*][-a-z0-9*]*$/i,
  namespace: /^[\w.*:-]+$/,
  name: /^[\w.*:-]+$/,
};
const examples: Readonly<Record<MatchKey, string>> = { kind: 'Deployment', namespace: 'shop', name: 'api-*' };

/** Checks a text that a match compares. Returns half a sentence and a text to write instead. */
export const checkMatch = (key: MatchKey, text: string): { rule: string; example: string } | undefined => {
  if (isMatchText(key, text)) return undefined;
  const withoutRegex = withoutRegexOf(text);
  const example = isMatchText(key, withoutRegex) ? withoutRegex : examples[key];
  return { rule: `must be a ${key}, in which * stands for any characters`, example };
};

const withoutRegexOf = (text: string): string => text.replaceAll(/^\^|\$$/g, '').replaceAll(/\.[*+]/g, '*');

/** `.*` is a regular expression, and would be a name that begins with a dot. */
const isMatchText = (key: MatchKey, text: string): boolean => patterns[key].test(text) && !text.includes('.*');

/** `KIND/NAME` or `KIND/NAMESPACE/NAME`, as reports name a workload; undefined for anything else. */
export const parseMatch = (text: string): Match | undefined => {
  const parts = text.split('/');
  const [kind = '', second = '', third] = parts;
  const match = { kind, namespace: third === undefined ? '*' : second, name: third ?? second };
  return parts.length <= 3 && matchKeys.every((key) => isMatchText(key, match[key])) ? match : undefined;
};

/** Guesses the match that was meant by a name alone or a regular expression. */
export const correctMatch = (text: string): string => {
  const withoutRegex = withoutRegexOf(text);
  return (
    [text, withoutRegex, `Deployment/${withoutRegex}`].find((one) => parseMatch(one) !== undefined) ?? 'Deployment/api'
  );
};

/** The texts of a list of matches in one text, which commas separate. */
export const splitMatches = (text: string): readonly string[] =>
  text.trim() === '' ? [] : text.split(',').map((item) => item.trim());

export const formatMatch = ({ kind, namespace, name }: Match): string =>
  (namespace === '*' ? [kind, name] : [kind, namespace, name]).join('/');

/** Returns whether a match selects an object. `namespace` is the object's own, or that of the run. */
export const isMatched = (match: Match, ref: ResourceRef, namespace: string): boolean =>
  isLike(match.kind.toLowerCase(), ref.kind.toLowerCase()) &&
  isLike(match.namespace, namespace) &&
  isLike(match.name, ref.name);

/**
 * Whether a text is like a pattern with `*` in it. Each `*` first stands for nothing, and only the last one that was met
 * ever takes one character more: no pattern makes it slow.
 */
export const isLike = (pattern: string, text: string): boolean => {
  let at = 0;
  let next = 0;
  let star: { readonly after: number; readonly taken: number } | undefined;
  while (next < text.length) {
    if (pattern[at] === '*') {
      at += 1;
      star = { after: at, taken: next };
    } else if (pattern[at] === text[next]) {
      at += 1;
      next += 1;
    } else if (star === undefined) {
      return false;
    } else {
      star = { after: star.after, taken: star.taken + 1 };
      at = star.after;
      next = star.taken;
    }
  }
  return /^\**$/.test(pattern.slice(at));
};
