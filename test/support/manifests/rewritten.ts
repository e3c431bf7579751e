import { stringify } from 'yaml';
import { toValue } from '../../../cli/core/manifest/model/value.ts';
import { parseNode } from '../../../cli/core/manifest/read/parse.ts';
import { splitStream } from '../../../cli/core/manifest/text/stream.ts';
import { kubectlValue } from './kubectl-value.ts';

/** The documents of a stream as kubectl reads them. One that cannot be read is what stops the reader. */
export const valuesIn = (text: string): readonly unknown[] =>
  splitStream(text).flatMap(({ start, end }) => {
    const parsed = parseNode(text.slice(start, end));
    if (!parsed.ok) return [{ unreadable: parsed.error.reason }];
    const value = parsed.value === undefined ? null : kubectlValue(toValue(parsed.value.root));
    return value === null ? [] : [value];
  });

const yaml =
  (options: object) =>
  (values: readonly unknown[]): string =>
    values.map((value) => stringify(value, { version: '1.1', ...options })).join('---\n');

/** Whether other tools can write it in every style: JSON streams hold maps and lists. */
export const isRewritable = (values: readonly unknown[]): boolean =>
  values.every((value) => typeof value === 'object' && value !== null && !('unreadable' in value));

/** How other tools write what they have read. */
export const rewrites: Readonly<Record<string, (values: readonly unknown[]) => string>> = {
  'YAML with sorted keys, as kustomize': yaml({ sortMapEntries: true, lineWidth: 0, indentSeq: false }),
  'YAML with folded lines': yaml({ lineWidth: 80 }),
  'JSON over several lines, as yq': (values) => values.map((value) => `${JSON.stringify(value, null, 2)}\n`).join(''),
  'JSON, a value a line': (values) => values.map((value) => `${JSON.stringify(value)}\n`).join(''),
};
