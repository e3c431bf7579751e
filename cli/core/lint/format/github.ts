import { formatRef } from '../../manifest/object/resource-ref.ts';
import type { Severity } from '../rule/rule.ts';
import { type Located, locate } from './located.ts';
import type { LintRun } from './run.ts';
import { lintSummary } from './summary.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** Workflow commands, which GitHub Actions shows as annotations of the files that a pull request changes. */
export const lintGithub = (run: LintRun): string =>
  [...locate(run).findings.map(commandOf), lintSummary(run.result)].map((line) => `${line}\n`).join('');

const commandOf = ({ found, at }: Located): string => {
  const { id, severity, message, place } = found;
  const subject = [place.ref === undefined ? '' : formatRef(place.ref), place.field ?? '']
    .filter((part) => part !== '')
    .join(' ');
  const properties: readonly (readonly [string, string])[] = [
    ...(at.file === '' || at.file === 'stdin' ? [] : [['file', at.file] as const]),
    ...(at.line === 0 ? [] : [['line', String(at.line)] as const, ['col', String(at.column)] as const]),
    ['title', `daps lint: ${id}`],
  ];
  return `::${commands[severity]} ${properties.map(([name, value]) => `${name}=${escapedProperty(value)}`).join(',')}::${escaped(subject === '' ? message : `${subject}: ${message}`)}`;
};

/** As actions/toolkit escapes data and properties (packages/core/src/command.ts). */
const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
