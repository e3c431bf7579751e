import { formatRef } from '../../manifest/object/resource-ref.ts';
import { printable } from '../../printable.ts';
import type { Line, Tone } from '../../report/text.ts';
import { knownIds } from '../listed-rules.ts';
import type { Reported } from '../result.ts';
import type { Severity } from '../rule/rule.ts';
import { excerptOf } from './excerpt.ts';
import { filePlaces, type Located } from './located.ts';
import type { LintRun } from './run.ts';
import { sourceLines } from './source-lines.ts';
import { lintSummary } from './summary.ts';

/** One line, in pieces that are colored one by one. */
export type Pieces = readonly Line[];

const tones: Readonly<Record<Severity, Tone>> = { error: 'error', warning: 'warning', note: 'note' };
const gutterWidth = 5;

/** What a person reads in a terminal: each finding with the line it is about, then what it comes to. */
export const lintText = (run: TextRun): readonly Pieces[] => {
  const { result } = run;
  const placeOf = filePlaces(run);
  const linesOf = sourceLines(run.inputs);
  const last: Line = { tone: result.findings.length === 0 ? 'good' : 'strong', text: lintSummary(result) };
  return [
    ...result.findings.flatMap((found) => [
      ...findingLines(found, linesOf(found.place.input)[found.place.line - 1], placeOf(found.place)),
      [],
    ]),
    [last],
  ];
};

/** All of a run that its text depends on. */
export type TextRun = Pick<LintRun, 'result' | 'inputs' | 'templates' | 'folder'>;

/** `path:line:col: severity[id] Kind/ns/name field: message`, the line and a mark below it, and what explains it. */
const findingLines = (
  found: Reported,
  source: string | undefined,
  { at, isInTemplate }: Pick<Located, 'at' | 'isInTemplate'>,
): readonly Pieces[] => {
  const { place, severity, id, message } = found;
  const from = isInTemplate ? `${at.file}:${at.line}:${at.column}` : place.source;
  return [
    [
      { tone: 'strong', text: printable(whereOf(found)) },
      { tone: tones[severity], text: `${severity}[${id}]` },
      { tone: 'plain', text: printable(`${subjectOf(found)}: ${message}`) },
    ],
    ...(source === undefined ? [] : excerptLines(found, source)),
    ...footer(
      [...(knownIds.has(id) ? [`daps rules ${id}`] : []), ...(from === undefined ? [] : [`from ${from}`])],
      found,
    ),
  ];
};

const gutterOf = ({ place }: Reported): string => String(place.line).padStart(gutterWidth);

const excerptLines = (found: Reported, source: string): readonly Pieces[] => {
  const { line, indent, marked } = excerptOf(source, found.place);
  const gutter = gutterOf(found);
  return [
    [
      { tone: 'quiet', text: `${gutter} | ` },
      { tone: 'plain', text: line },
    ],
    [
      { tone: 'quiet', text: `${' '.repeat(gutter.length)} | ` },
      { tone: tones[found.severity], text: ' '.repeat(indent) + '^'.repeat(marked) },
    ],
  ];
};

const footer = (parts: readonly string[], found: Reported): readonly Pieces[] =>
  parts.length === 0
    ? []
    : [[{ tone: 'quiet', text: `${' '.repeat(gutterOf(found).length)} = ${printable(parts.join(', '))}` }]];

const whereOf = ({ place }: Reported): string =>
  place.line > 0 ? `${place.input}:${place.line}:${place.column}: ` : place.input === '' ? '' : `${place.input}: `;

/** ` Kind/ns/name field`, with a space in front; empty where a finding is about no object. */
const subjectOf = ({ place }: Reported): string =>
  [place.ref === undefined ? '' : formatRef(place.ref), place.field ?? '']
    .filter((part) => part !== '')
    .map((part) => ` ${part}`)
    .join('');
