import { stringify } from 'yaml';
import { parseNode } from '../../cli/core/manifest/parse.ts';
import { splitStream } from '../../cli/core/manifest/stream.ts';
import { toValue } from '../../cli/core/manifest/value.ts';
import { kubectlValue } from './kubectl-value.ts';

/** The documents of a stream as kubectl reads them; throws where one cannot be read. */
export const valuesIn = (text: string): readonly unknown[] =>
  splitStream(text).flatMap(({ start, end }) => {
    const parsed = parseNode(text.slice(start, end));
    if (!parsed.ok) throw new Error(parsed.error.reason);
    const value = parsed.value === undefined ? null : kubectlValue(toValue(parsed.value.root));
    return value === null ? [] : [value];
  });

const yaml =
  (options: object) =>
  (values: readonly unknown[]): string =>
    values.map((value) => stringify(value, { version: '1.1', ...options })).join('---\n');

/** How other tools write what they have read. */
export const rewrites: Readonly<Record<string, (values: readonly unknown[]) => string>> = {
  'YAML with sorted keys, as kustomize': yaml({ sortMapEntries: true, lineWidth: 0, indentSeq: false }),
  'YAML with folded lines': yaml({ lineWidth: 80 }),
  'JSON over several lines, as yq': (values) => values.map((value) => `${JSON.stringify(value, null, 2)}\n`).join(''),
  'JSON, a value a line': (values) => values.map((value) => `${JSON.stringify(value)}\n`).join(''),
};
