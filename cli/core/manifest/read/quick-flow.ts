import { type Item, isMergeSource, type MapNode, type Node, type Pair, type SeqNode } from '../model/node.ts';
import { keyText } from '../model/scalar.ts';
import { readPlainInFlow, readQuoted } from './quick-scalar.ts';
import {
  anchorAt,
  giveUp,
  keepAnchor,
  lineEnd,
  matchAt,
  maxDepth,
  readAlias,
  type Source,
  skipSpaces,
} from './quick-source.ts';

const plainKey = /(<<|[\w./][\w./-]{0,250}) *:(?=[ \r\n])/y;
const quotedKey = /(?:"([^"\\\n\t]{0,250})"|'([^'\n\t]{0,250})') *:/y;

/**
 * Reads a flow collection, JSON included: the tree `parse.ts` would give. Its lines are further in than `column`, and
 * its last bracket may stand in that column.
 */
export const readPlainFlow = (source: Source, at: number, column: number): MapNode | SeqNode =>
  collection(source, at, column, 1);

const collection = (source: Source, at: number, column: number, depth: number): MapNode | SeqNode => {
  if (depth > maxDepth) giveUp();
  const { text, base } = source;
  const isMap = text[at] === '{';
  const close = isMap ? '}' : ']';
  const pairs: Pair[] = [];
  const items: Item[] = [];
  let next = skipLayout(text, at + 1, column, depth);
  while (text[next] !== close) {
    const end = isMap ? readPair(source, next, column, depth, pairs) : readItem(source, next, column, depth, items);
    next = skipLayout(text, end - base, column, depth);
    if (text[next] === ',') next = skipLayout(text, next + 1, column, depth);
    else if (text[next] !== close) giveUp();
  }
  const placed = { flow: true, start: base + at, end: base + next + 1 };
  return isMap ? { kind: 'map', pairs, ...placed } : { kind: 'seq', items, ...placed };
};

const readItem = (source: Source, at: number, column: number, depth: number, items: Item[]): number => {
  const value = readValue(source, at, column, depth);
  items.push({ start: source.base + at, value });
  return value.end;
};

const readPair = (source: Source, at: number, column: number, depth: number, pairs: Pair[]): number => {
  const { text, base } = source;
  const plain = matchAt(plainKey, text, at);
  const [whole, unquoted, double, single = ''] = plain ?? matchAt(quotedKey, text, at) ?? giveUp();
  const isMerge = plain !== undefined && unquoted === '<<';
  const colonEnd = at + whole.length;
  const value = readValue(source, skipLayout(text, colonEnd, column, depth), column, depth);
  if (isMerge ? !isMergeSource(value) : /^(?:null|Null|NULL)$/.test(unquoted ?? '')) giveUp();
  pairs.push({
    key: plain === undefined ? (unquoted ?? double ?? single) : keyText(unquoted ?? ''),
    start: base + at,
    keyStart: base + at,
    colonEnd: base + colonEnd,
    value,
    odd: false,
    merge: isMerge,
  });
  return value.end;
};

const readValue = (source: Source, at: number, column: number, depth: number): Node => {
  switch (source.text[at]) {
    case '{':
    case '[':
      return collection(source, at, column, depth + 1);
    case '"':
    case "'":
      return readQuoted(source, at, column);
    case '*':
      return readAlias(source, at);
    case '&':
      return readAnchored(source, at, column, depth);
    default:
      return readPlainInFlow(source, at);
  }
};

const readAnchored = (source: Source, at: number, column: number, depth: number): Node => {
  const name = anchorAt(source, at);
  const value = skipLayout(source.text, at + 1 + name.length, column, depth);
  if (source.text[value] === '&') giveUp();
  return keepAnchor(source, readValue(source, value, column, depth), name);
};

/** The next content behind spaces, line ends and comments. */
const skipLayout = (text: string, from: number, column: number, depth: number): number => {
  let at = skipBlanks(text, from);
  let lineStart: number | undefined;
  for (;;) {
    if (text[at] === '#') {
      if (at === from) giveUp();
      at = lineEnd(text, at);
    } else if (text[at] === '\n' || text[at] === '\r') {
      lineStart = text.indexOf('\n', at) + 1;
      at = skipBlanks(text, lineStart);
    } else break;
  }
  if (lineStart !== undefined) checkIndent(text, lineStart, at, column, depth);
  return at;
};

const skipBlanks = (text: string, from: number): number => {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
};

const checkIndent = (text: string, lineStart: number, at: number, column: number, depth: number): void => {
  const indent = skipSpaces(text, lineStart) - lineStart;
  const first = text[at];
  if (indent === 0 && (first === '-' || first === '.')) giveUp();
  const isLastBracket =
    indent === column && lineStart + indent === at && depth === 1 && (first === '}' || first === ']');
  if (indent <= column && !isLastBracket) giveUp();
};
