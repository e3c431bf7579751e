import { formatRef } from '../../manifest/object/resource-ref.ts';
import { printable } from '../../printable.ts';
import type { Line } from '../../report/text.ts';
import type { LintResult, Reported } from '../result.ts';
import type { Severity } from '../rule/rule.ts';
import { excerptOf } from './excerpt.ts';
import { lintSummary } from './summary.ts';

const tones: Readonly<Record<Severity, Line['tone']>> = { error: 'error', warning: 'warning', note: 'plain' };

/** What a person reads in a terminal: each finding with the line it is about, then what it comes to. */
export const lintText = (result: LintResult, inputs: ReadonlyMap<string, string>): readonly Line[] => [
  ...result.findings.flatMap((found) => [...findingLines(found, inputs), { tone: 'plain' as const, text: '' }]),
  { tone: result.findings.length === 0 ? 'good' : 'plain', text: lintSummary(result) },
];

/** `path:line:col: severity[id] Kind/ns/name field: message`, the line and a caret, and what explains it. */
const findingLines = (found: Reported, inputs: ReadonlyMap<string, string>): readonly Line[] => {
  const { place, severity, id, message } = found;
  const excerpt = excerptOf(inputs.get(place.input) ?? '', place);
  return [
    { tone: tones[severity], text: printable(`${whereOf(found)}${severity}[${id}]${subjectOf(found)}: ${message}`) },
    ...(excerpt ?? []).map((text): Line => ({ tone: 'quiet', text: printable(text) })),
    {
      tone: 'quiet',
      text: `      = daps rules ${id}${place.source === undefined ? '' : `, from ${printable(place.source)}`}`,
    },
  ];
};

const whereOf = ({ place }: Reported): string =>
  place.line > 0 ? `${place.input}:${place.line}:${place.column}: ` : place.input === '' ? '' : `${place.input}: `;

/** ` Kind/ns/name field`, with a space in front; empty where a finding is about no object. */
const subjectOf = ({ place }: Reported): string =>
  [place.ref === undefined ? '' : formatRef(place.ref), place.field ?? '']
    .filter((part) => part !== '')
    .map((part) => ` ${part}`)
    .join('');
