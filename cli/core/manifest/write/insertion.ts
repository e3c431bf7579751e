import type { MapNode, Node, Pair, SeqNode } from '../model/node.ts';
import type { MapValue, Value, Written } from '../model/value.ts';
import type { Lines } from '../text/lines.ts';
import type { Edit } from '../text/splice.ts';
import {
  type FlowLines,
  flowSeparator,
  renderAfterColon,
  renderFlow,
  renderFlowPair,
  renderItem,
  renderPair,
  type Style,
} from './render.ts';

/** Where new text goes in a document's text, and in which style. Everything here returns edits, nothing is applied. */
export interface TextStyle {
  readonly text: string;
  readonly lines: Lines;
  readonly eol: string;
  readonly dashIndent: number;
  /** Whether the document is JSON, and not only YAML in flow style. */
  readonly isJson: boolean;
  /** Whether that JSON has no spaces between its tokens. */
  readonly isCompact: boolean;
}

export const columnOf = (page: TextStyle, at: number): number => at - page.lines.startOf(at);

const blockStyle = (page: TextStyle): Extract<Style, { kind: 'block' }> => ({
  kind: 'block',
  eol: page.eol,
  dashIndent: page.dashIndent,
});

/** The style of a flow collection that has entries, or stands empty inside `parent`. */
const flowStyle = (page: TextStyle, node: MapNode | SeqNode): Extract<Style, { kind: 'flow' }> => {
  const first = node.kind === 'map' ? node.pairs[0]?.start : node.items[0]?.start;
  return {
    kind: 'flow',
    json: page.isJson || usesQuotedKeys(page, node),
    space: page.isCompact ? '' : ' ',
    lines: first === undefined ? undefined : flowLines(page, node, first),
  };
};

const usesQuotedKeys = (page: TextStyle, node: Node): boolean => {
  if (node.kind === 'map') {
    const [pair] = node.pairs;
    return pair !== undefined && page.text[pair.keyStart] === '"';
  }
  if (node.kind !== 'seq') return false;
  const [item] = node.items;
  return item === undefined ? false : usesQuotedKeys(page, item.value);
};

const flowLines = (page: TextStyle, node: MapNode | SeqNode, first: number): FlowLines | undefined => {
  const indent = page.text.slice(page.lines.startOf(first), first);
  if (!/^[ \t]+$/.test(indent)) return undefined;
  const outer = /^[ \t]*/.exec(page.text.slice(page.lines.startOf(node.start), node.start))?.[0] ?? '';
  const unit = indent.startsWith(outer) && indent.length > outer.length ? indent.slice(outer.length) : '  ';
  return { eol: page.eol, indent, unit };
};

/** The style a value has after the colon of a key in this map. */
const styleIn = (page: TextStyle, map: MapNode): Style => (map.flow ? flowStyle(page, map) : blockStyleIn(page, map));

/** Lists are indented as their neighbours in the same map are. */
const blockStyleIn = (page: TextStyle, map: MapNode): Extract<Style, { kind: 'block' }> => {
  const neighbour = map.pairs.find(({ value }) => value.kind === 'seq' && !value.flow && value.items.length > 0);
  const first = neighbour?.value.kind === 'seq' ? neighbour.value.items[0] : undefined;
  if (neighbour === undefined || first === undefined) return blockStyle(page);
  const isIndented = columnOf(page, first.start) > columnOf(page, neighbour.start);
  return { ...blockStyle(page), dashIndent: isIndented ? 2 : 0 };
};

/** The text after a pair's colon for a new value. */
export const textAfterColon = (page: TextStyle, map: MapNode, pair: Pair, value: Written): string =>
  renderAfterColon(value, columnOf(page, pair.keyStart), styleIn(page, map));

/** A new key at the end of a map, or before `before` where that key exists. The map must not be empty. */
export const insertPair = (
  page: TextStyle,
  map: MapNode,
  key: string,
  value: Value,
  before: string | undefined,
): Edit => {
  const last = map.pairs.at(-1);
  const [first] = map.pairs;
  if (last === undefined || first === undefined) throw new Error('insertPair needs a map that has keys');
  if (map.flow) {
    const style = flowStyle(page, map);
    return insertion(last.value.end, gapBehind(last.value) + flowSeparator(style) + renderFlowPair(key, value, style));
  }
  const column = columnOf(page, first.start);
  const lines = renderPair(key, value, column, blockStyleIn(page, map));
  const follower = before === undefined ? undefined : map.pairs.find((pair) => pair.key === before);
  if (follower !== undefined) return insertBefore(page, follower.start, lines, column);
  return endsInBlockScalar(last.value)
    ? insertBefore(page, (map.pairs[1] ?? first).start, lines, column)
    : insertBelow(page, last.value.end, lines, column);
};

/** go-yaml takes a comma into the scalar `tier:,` and into the tag `!!str,`. */
const gapBehind = (value: Node): string => (value.kind === 'scalar' && value.start === value.end ? ' ' : '');

/** Whole lines below the line of an offset, which keeps its own line end. */
const insertBelow = (page: TextStyle, at: number, lines: string, column: number): Edit => {
  const end = page.lines.endOf(at);
  const eol = page.text.slice(end, page.lines.nextAfter(end));
  return { ...insertion(end, (eol === '' ? page.eol : eol) + lines), column };
};

/** A new item behind so many of those that are there. The sequence must not be empty. */
export const insertItem = (page: TextStyle, seq: SeqNode, item: MapValue, behind: number): Edit => {
  const [first] = seq.items;
  const last = seq.items.at(-1);
  if (first === undefined || last === undefined) throw new Error('insertItem needs a sequence that has items');
  const next = seq.items[behind];
  if (seq.flow) {
    const style = flowStyle(page, seq);
    const text = renderFlow(item, style);
    return next === undefined
      ? insertion(last.value.end, flowSeparator(style) + text)
      : insertion(next.start, text + flowSeparator(style));
  }
  const column = columnOf(page, first.start);
  const lines = renderItem(item, column, blockStyle(page));
  if (next !== undefined) return insertBefore(page, next.start, lines, column);
  // A dash may stand below its key: of what is added here, the item comes before the next key.
  return { ...insertBelow(page, endOfBlock(page, last.value), lines, column), column: column + 1 };
};

/** Where a value ends, with the empty lines that a block scalar keeps (`|+`). */
const endOfBlock = (page: TextStyle, node: Node): number => {
  const last = lastIn(node);
  if (last.kind !== 'scalar' || last.style !== 'block') return node.end;
  if (!page.text.slice(last.start, page.lines.endOf(last.start)).includes('+')) return node.end;
  let end = node.end;
  for (let next = page.lines.nextAfter(end); next < page.text.length; next = page.lines.nextAfter(next)) {
    if (page.text.slice(next, page.lines.endOf(next)).trim() !== '') break;
    end = next;
  }
  return end;
};

/** What a value's text ends with. */
const lastIn = (node: Node): Node => {
  const last = node.kind === 'map' ? node.pairs.at(-1) : node.kind === 'seq' ? node.items.at(-1) : undefined;
  return last === undefined ? node : lastIn(last.value);
};

/** Whole lines above something, above the comments that belong to it; or right before it where it shares its line. */
const insertBefore = (page: TextStyle, at: number, lines: string, column: number): Edit => {
  if (!page.lines.isFirstOn(at)) {
    return insertion(at, `${lines.slice(column)}${page.eol}${' '.repeat(column)}`);
  }
  let top = page.lines.startOf(at);
  while (top > 0) {
    const above = page.lines.startOf(top - 1);
    if (!isCommentAt(page.text.slice(above, top), column)) break;
    top = above;
  }
  return insertion(top, lines + page.eol);
};

const isCommentAt = (line: string, column: number): boolean => line.startsWith(`${' '.repeat(column)}#`);

/** After a block scalar nothing can be appended without a look at its chomping; new text then goes before. */
const endsInBlockScalar = (node: Node): boolean => {
  const last = lastIn(node);
  return last.kind === 'scalar' && last.style === 'block';
};

const insertion = (at: number, text: string): Edit => ({ start: at, end: at, text });

/** Where a block sequence's dashes stand relative to their key, as the document itself writes them. */
export const detectDashIndent = (text: string): number => {
  const match = /^( *)(?:- )?[\w./"-]+:[ \t]*(?:\r\n|\r(?!\n)|\n)(?:[ \t]*(?:#.*)?(?:\r\n|\r(?!\n)|\n))*( *)- /m.exec(
    text,
  );
  if (match === null) return 0;
  const [, key = '', dash = ''] = match;
  return dash.length > key.length ? 2 : 0;
};

export const isEmptyCollection = (node: Node): boolean =>
  (node.kind === 'map' && node.pairs.length === 0) ||
  (node.kind === 'seq' && node.items.length === 0) ||
  (node.kind === 'scalar' && node.style === 'plain' && /^(~|null|Null|NULL)?$/.test(node.text));

/** Several pairs in place of one, in the style of their map. */
export const textOfPairs = (
  page: TextStyle,
  map: MapNode,
  entries: readonly (readonly [string, Written])[],
  at: number,
): string => {
  if (map.flow) {
    const style = flowStyle(page, map);
    return entries.map(([key, value]) => renderFlowPair(key, value, style)).join(flowSeparator(style));
  }
  const column = columnOf(page, at);
  return entries
    .map(([key, value]) => renderPair(key, value, column, blockStyle(page)))
    .join(page.eol)
    .slice(column);
};

/** A value on one line, for a place where nothing else is known to fit. */
export const textOnOneLine = (value: Written): string =>
  renderFlow(value, { kind: 'flow', json: true, space: ' ', lines: undefined });
