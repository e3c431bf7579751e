import { resolvePlain } from '../model/scalar.ts';
import { NumberValue, SourceText, type Written } from '../model/value.ts';

type WrittenMap = { readonly [key: string]: Written };

const isList = (value: Written): value is readonly Written[] => Array.isArray(value);

/** How new text must look to fit the place it is put in. */
export type Style =
  | {
      readonly kind: 'block';
      readonly eol: string;
      /** Spaces before a `-` below its key: 0 or 2. */
      readonly dashIndent: number;
    }
  | {
      readonly kind: 'flow';
      readonly json: boolean;
      /** After a `:`, and after a `,` on one line; none in compact JSON. */
      readonly space: '' | ' ';
      readonly lines: FlowLines | undefined;
    };

/** A flow collection that is written over several lines: what its entries are indented with, and by how much more. */
export interface FlowLines {
  readonly eol: string;
  readonly indent: string;
  readonly unit: string;
}

/** A string in double quotes, in the form that JSON and every YAML reader understand alike. */
export const quote = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u00ad\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** JSON inside YAML is read more easily in single quotes, where nothing but the quote itself is escaped. */
const quoteInBlock = (text: string): string =>
  text.includes('"') && /^[ -~]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : quote(text);

const plainKey = /^[A-Za-z_][\w./-]*$/;

/** A key as it is written: without quotes where every reader takes it for the same text. */
export const renderKey = (key: string, json: boolean): string =>
  !json && plainKey.test(key) && resolvePlain(key).type === 'string' ? key : quote(key);

/** Scalars and empty collections; undefined for anything that needs lines of its own in block style. */
const renderInline = (value: Written, quoteText: (text: string) => string): string | undefined => {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoteText(value);
  if (value instanceof NumberValue || value instanceof SourceText) return value.source;
  if (isList(value)) return value.length === 0 ? '[]' : undefined;
  return Object.keys(value).length === 0 ? '{}' : undefined;
};

/** What follows the `:` of a key at `column`: ` "text"`, or a line end and the lines of a collection. */
export const renderAfterColon = (value: Written, column: number, style: Style): string => {
  if (style.kind === 'flow') return style.space + renderFlow(value, style);
  const inline = renderInline(value, quoteInBlock);
  if (inline !== undefined) return ` ${inline}`;
  const lines = isList(value)
    ? blockItems(value, column + style.dashIndent, style)
    : blockPairs(value as WrittenMap, column + 2, style);
  return `${style.eol}${lines.join(style.eol)}`;
};

/** The lines of `key: value`, each indented to `column`. */
export const renderPair = (
  key: string,
  value: Written,
  column: number,
  style: Extract<Style, { kind: 'block' }>,
): string => `${' '.repeat(column)}${renderKey(key, false)}:${renderAfterColon(value, column, style)}`;

/** The lines of `- item`, each indented to `column`. */
export const renderItem = (item: Written, column: number, style: Extract<Style, { kind: 'block' }>): string =>
  blockItems([item], column, style).join(style.eol);

const blockPairs = (map: WrittenMap, column: number, style: Extract<Style, { kind: 'block' }>): readonly string[] =>
  Object.entries(map).map(([key, value]) => renderPair(key, value, column, style));

const blockItems = (
  items: readonly Written[],
  column: number,
  style: Extract<Style, { kind: 'block' }>,
): readonly string[] =>
  items.map((item) => {
    const dash = `${' '.repeat(column)}- `;
    const inline = renderInline(item, quoteInBlock);
    if (inline !== undefined) return dash + inline;
    const lines = isList(item)
      ? blockItems(item, column + 2, style)
      : blockPairs(item as WrittenMap, column + 2, style);
    return dash + lines.join(style.eol).slice(column + 2);
  });

/** A number as JSON has it: `0x3C` and `.5` are none there. */
const jsonNumber = ({ source, number }: NumberValue): string => {
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(source)) return source;
  return typeof number === 'bigint' ? number.toString() : JSON.stringify(number);
};

/** A value inside `{}` or `[]`: on one line, or as lines where the collection around it is written so. */
export const renderFlow = (value: Written, style: Extract<Style, { kind: 'flow' }>): string => {
  const inline = style.json && value instanceof NumberValue ? jsonNumber(value) : renderInline(value, quote);
  if (inline !== undefined) return inline;
  const { lines } = style;
  const inner = lines === undefined ? style : { ...style, lines: { ...lines, indent: lines.indent + lines.unit } };
  const entries = isList(value)
    ? value.map((item) => renderFlow(item, inner))
    : Object.entries(value as WrittenMap).map(([key, item]) => renderFlowPair(key, item, inner));
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  if (lines === undefined) return `${open}${entries.join(flowSeparator(style))}${close}`;
  const before = `${lines.eol}${lines.indent}${lines.unit}`;
  return `${open}${before}${entries.join(`,${before}`)}${lines.eol}${lines.indent}${close}`;
};

/** What stands between the entries of a flow collection. */
export const flowSeparator = ({ lines, space }: Extract<Style, { kind: 'flow' }>): string =>
  lines === undefined ? `,${space}` : `,${lines.eol}${lines.indent}`;

/** `"key": value` inside `{}`. */
export const renderFlowPair = (key: string, value: Written, style: Extract<Style, { kind: 'flow' }>): string =>
  `${renderKey(key, style.json)}:${style.space}${renderFlow(value, style)}`;
