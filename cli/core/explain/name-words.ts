/** `web`, `web and proxy`, `web, proxy and log`. */
export const named = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const startWords = (names: readonly string[]): string => `${named(names)} start${names.length === 1 ? 's' : ''}`;

/** `web's`, `orders'`. */
export const possessive = (name: string): string => (name.endsWith('s') ? `${name}'` : `${name}'s`);

/** A, B, C: what a finding is called in a picture and in the list below it. */
export const letterOf = (index: number): string => String.fromCodePoint(65 + (index % 26));

export const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
