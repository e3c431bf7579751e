import { closest, distance } from 'fastest-levenshtein';

/** The known name an unknown one was probably meant to be; undefined where none is near. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  if (known.length === 0) return undefined;
  const found = closest(name, known);
  return distance(name, found) <= Math.max(1, Math.floor(name.length / 3)) ? found : undefined;
};
