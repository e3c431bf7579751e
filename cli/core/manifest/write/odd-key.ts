import type { MapNode, Node, Pair } from '../model/node.ts';
import { findItem, findPair, type Path, type Step } from '../model/path.ts';
import { toWritten } from '../model/value.ts';
import type { Edit } from '../text/splice.ts';
import { columnOf, type TextStyle, textAfterColon, textOnOneLine } from './insertion.ts';
import { renderKey } from './render.ts';

/**
 * Writes a pair as `key: value` that is written otherwise: with `?`, without a colon, with an anchor, a tag or an alias
 * for a key, as a pair in a list, or with a value of which only an anchor or tag is there. `path` names the pair, or a
 * map that has one. Undefined where an alias names the key. Whether the document still means the same is for the caller
 * to see.
 */
export const plainPair = (page: TextStyle, root: Node, path: Path): Edit | undefined => {
  let holder: MapNode | undefined;
  let node = root;
  for (const step of path) {
    holder = node.kind === 'map' ? node : undefined;
    const child = childOf(node, step);
    if (child === undefined) return undefined;
    node = child;
  }
  const last = path.at(-1);
  const pair = holder === undefined || typeof last !== 'string' ? undefined : findPair(holder, last);
  if (holder !== undefined && pair !== undefined && (pair.odd || isBare(pair.value)))
    return rewrite(page, holder, pair);
  const odd = node.kind === 'map' ? node.pairs.find((one) => one.odd) : undefined;
  return node.kind === 'map' && odd !== undefined ? rewrite(page, node, odd) : undefined;
};

/** Whether there is anything for `plainPair` to do. */
export const hasOddPair = (node: Node): boolean => {
  if (node.kind === 'map') return node.pairs.some((pair) => pair.odd || isBare(pair.value) || hasOddPair(pair.value));
  return node.kind === 'seq' && node.items.some(({ value }) => hasOddPair(value));
};

const childOf = (node: Node, step: Step): Node | undefined => {
  if (node.kind === 'map' && typeof step === 'string') return findPair(node, step)?.value;
  return node.kind === 'seq' ? findItem(node.items, step)?.value : undefined;
};

/** An empty value of which only an anchor or tag is there. */
export const isBare = (value: Node): boolean =>
  value.kind === 'scalar' && value.start === value.end && (value.anchor !== undefined || value.tag !== undefined);

const isNamedByAlias = ({ text }: TextStyle, { start, keyStart }: Pair): boolean => {
  const name = /&([\w-]+)/.exec(text.slice(start, keyStart))?.[1];
  return name !== undefined && text.includes(`*${name}`);
};

const rewrite = (page: TextStyle, map: MapNode, pair: Pair): Edit | undefined => {
  const { key, value, colonEnd } = pair;
  if (key === undefined || isNamedByAlias(page, pair)) return undefined;
  if (map.flow && page.text[map.start] !== '{')
    return { start: map.start, end: map.end, text: textOnOneLine(toWritten(map)) };
  if (!pair.odd) return { start: colonEnd, end: value.end, text: textAfterColon(page, map, pair, toWritten(value)) };
  const start = `${renderKey(key, page.isJson)}:`;
  if (page.text[colonEnd - 1] !== ':') return { start: pair.start, end: colonEnd, text: `${start} null` };
  const isBlock = (value.kind === 'map' || value.kind === 'seq') && !value.flow;
  const sharesLine = page.lines.startOf(value.start) <= colonEnd;
  return isBlock && sharesLine
    ? { start: pair.start, end: value.start, text: start + page.eol + ' '.repeat(columnOf(page, value.start)) }
    : { start: pair.start, end: colonEnd, text: start };
};
