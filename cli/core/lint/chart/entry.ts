/** A key and its value on one line of YAML in block style, which may be a template's. */
export interface Entry {
  /** Columns before the key, dashes included. */
  readonly indent: number;
  /** Columns before the first dash; the key's where there is none. */
  readonly outer: number;
  readonly key: string;
  /** Without quotes and comment; empty where the value stands below. */
  readonly value: string;
}

const entryLine = /^( *)((?:- +)*)(?:"([^"]*)"|'([^']*)'|([^\s"'#{}[\]:-][^\s:#]*)) *:(?:[ \t](.*))?$/;

/** Undefined for a line that is no key with its value: a comment, an action of the template, a part of a text. */
export const entryOf = (line: string): Entry | undefined => {
  const match = entryLine.exec(line.trimEnd());
  if (match === null) return undefined;
  const [, outer = '', dashes = '', double, single, plain] = match;
  return {
    indent: outer.length + dashes.length,
    outer: outer.length,
    key: double ?? single ?? plain ?? '',
    value: scalarOf(match[6] ?? ''),
  };
};

const scalarOf = (text: string): string => {
  const comment = text.search(/(?:^|\s)#/);
  return (comment < 0 ? text : text.slice(0, comment)).trim().replace(/^(["'])(.*)\1$/, '$2');
};

/** What is looked for above a line: what holds a key at a column, or an item whose dash stands at a column. */
type Inside = { readonly kind: 'key' | 'item'; readonly column: number };

const insideOf = ({ indent, outer }: Entry): Inside =>
  outer < indent ? { kind: 'item', column: outer } : { kind: 'key', column: indent };

/**
 * The entry of a line and those that it is in, the innermost first; without the line's own where it has none. The first
 * entry of a list's item stands for the item.
 */
export const entriesAround = (lines: readonly string[], index: number): readonly Entry[] => {
  const line = lines[index] ?? '';
  const own = entryOf(line);
  const found = own === undefined ? [] : [own];
  let inside: Inside =
    own === undefined
      ? { kind: line.trimStart().startsWith('- ') ? 'item' : 'key', column: line.length - line.trimStart().length }
      : insideOf(own);
  for (let above = index - 1; above >= 0 && !lines[above]?.startsWith('---'); above -= 1) {
    const entry = entryOf(lines[above] ?? '');
    if (entry === undefined || !holds(entry, inside)) continue;
    found.push(entry);
    inside = insideOf(entry);
  }
  return found;
};

const holds = ({ indent, outer }: Entry, { kind, column }: Inside): boolean =>
  kind === 'item' ? indent <= column : indent < column || (indent === column && outer < indent);
