import { stringify } from 'yaml';

/** An object as its file has it, and what it means. */
export interface Dressed {
  readonly text: string;
  readonly value: unknown;
}

const block = (value: unknown, options: object = {}): string =>
  stringify(value, { version: '1.1', lineWidth: 0, ...options });

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ').replace(/^ {2}/, '- ');

const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'beside' }, data: { on: 'y' } };

/** The styles in which one object may come from a file or another tool. */
export const dresses: Readonly<Record<string, (object: Dressed) => string>> = {
  'as it is': ({ text }) => text,
  CRLF: ({ text }) => text.replaceAll(/\r?\n/g, '\r\n'),
  CR: ({ text }) => text.replaceAll(/\r?\n/g, '\r'),
  'a byte order mark': ({ text }) => `\uFEFF${text}`,
  '2 spaces': ({ value }) => block(value, { indent: 2 }),
  '4 spaces': ({ value }) => block(value, { indent: 4 }),
  'lists not indented': ({ value }) => block(value, { indentSeq: false }),
  'sorted keys, folded lines': ({ value }) => block(value, { sortMapEntries: true, lineWidth: 40 }),
  flow: ({ value }) => block(value, { collectionStyle: 'flow' }),
  JSON: ({ value }) => `${JSON.stringify(value, null, 2)}\n`,
  NDJSON: ({ value }) => `${JSON.stringify(other)}\n${JSON.stringify(value)}\n`,
  'a List': ({ value }) => `apiVersion: v1\nkind: List\nitems:\n${indented(block(other))}${indented(block(value))}`,
  'a List in JSON': ({ value }) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [value, other] }),
};
