import type { Item, MapNode, Pair, ScalarNode, SeqNode } from './node.ts';
import { keyText } from './scalar.ts';

const key = /([A-Za-z_][\w./-]{0,250}):(?= )|"([\w./-]{0,250})": ?(?=[^ ])/y;
const word = /[A-Za-z0-9_/][\w./-]*(?= *[,\]}])/y;
const quoted = /"([^"\\\n]*)"(?= *[,\]}])|'([^'\n]*)'(?= *[,\]}])/y;
const separator = / *, */y;
const spaces = / */y;

/**
 * Reads a flow collection of words and quoted strings on one line, `{app: web}` or `["-v", "4"]`: the tree `parse.ts`
 * would give, or undefined for anything else.
 */
export const readPlainFlow = (text: string, at: number, base: number): MapNode | SeqNode | undefined => {
  const isMap = text[at] === '{';
  const close = isMap ? '}' : ']';
  const pairs: Pair[] = [];
  const items: Item[] = [];
  let next = at + 1 + lengthAt(spaces, text, at + 1);
  while (text[next] !== close) {
    const pair = isMap ? readKey(text, next) : undefined;
    if (isMap && pair === undefined) return undefined;
    const value = readScalar(text, pair?.valueAt ?? next, base);
    if (value === undefined) return undefined;
    if (pair === undefined) items.push({ start: value.start, value });
    else {
      const start = base + next;
      pairs.push({
        key: pair.key,
        start,
        keyStart: start,
        colonEnd: base + pair.colonEnd,
        value,
        odd: false,
        merge: false,
      });
    }
    next = value.end - base;
    const comma = lengthAt(separator, text, next);
    next += comma === 0 ? lengthAt(spaces, text, next) : comma;
    if (comma > 0 === (text[next] === close)) return undefined;
  }
  const placed = { flow: true, start: base + at, end: base + next + 1 };
  return isMap ? { kind: 'map', pairs, ...placed } : { kind: 'seq', items, ...placed };
};

const lengthAt = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
};

interface Key {
  readonly key: string;
  readonly colonEnd: number;
  readonly valueAt: number;
}

const readKey = (text: string, at: number): Key | undefined => {
  key.lastIndex = at;
  const match = key.exec(text);
  if (match === null) return undefined;
  const [source, plain, inQuotes = ''] = match;
  const colonEnd = at + source.trimEnd().length;
  const valueAt = colonEnd + lengthAt(spaces, text, colonEnd);
  return { key: plain === undefined ? inQuotes : keyText(plain), colonEnd, valueAt };
};

const readScalar = (text: string, at: number, base: number): ScalarNode | undefined => {
  const start = base + at;
  quoted.lastIndex = at;
  const inQuotes = quoted.exec(text);
  if (inQuotes !== null)
    return {
      kind: 'scalar',
      text: inQuotes[1] ?? inQuotes[2] ?? '',
      style: 'quoted',
      start,
      end: start + inQuotes[0].length,
    };
  word.lastIndex = at;
  const plain = word.exec(text)?.[0];
  return plain === undefined
    ? undefined
    : { kind: 'scalar', text: plain, style: 'plain', start, end: start + plain.length };
};
