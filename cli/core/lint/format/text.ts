import { formatRef } from '../../manifest/object/resource-ref.ts';
import { printable } from '../../printable.ts';
import type { Line, Tone } from '../../report/text.ts';
import type { LintResult, Reported } from '../result.ts';
import type { Severity } from '../rule/rule.ts';
import { excerptOf } from './excerpt.ts';
import { lintSummary } from './summary.ts';

/** One line, in pieces that are colored one by one. */
export type Pieces = readonly Line[];

const tones: Readonly<Record<Severity, Tone>> = { error: 'error', warning: 'warning', note: 'note' };
const gutterWidth = 5;

/** What a person reads in a terminal: each finding with the line it is about, then what it comes to. */
export const lintText = (result: LintResult, inputs: ReadonlyMap<string, string>): readonly Pieces[] => {
  const linesOf = new Map<string, readonly string[]>();
  const lineAt = ({ input, line }: Reported['place']): string | undefined => {
    const lines = linesOf.get(input) ?? (inputs.get(input) ?? '').replace(/^\uFEFF/, '').split(/\r{0,2}\n/);
    linesOf.set(input, lines);
    return lines[line - 1];
  };
  const last: Line = { tone: result.findings.length === 0 ? 'good' : 'strong', text: lintSummary(result) };
  return [...result.findings.flatMap((found) => [...findingLines(found, lineAt(found.place)), []]), [last]];
};

/** `path:line:col: severity[id] Kind/ns/name field: message`, the line and a mark below it, and what explains it. */
const findingLines = (found: Reported, source: string | undefined): readonly Pieces[] => {
  const { place, severity, id, message } = found;
  return [
    [
      { tone: 'strong', text: printable(whereOf(found)) },
      { tone: tones[severity], text: `${severity}[${id}]` },
      { tone: 'plain', text: printable(`${subjectOf(found)}: ${message}`) },
    ],
    ...(source === undefined ? [] : excerptLines(found, source)),
    footer(
      `= daps rules ${id}${place.source === undefined ? '' : `, from ${printable(place.source)}`}`,
      gutterOf(found).length + 1,
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

const footer = (text: string, indent: number): Pieces => [{ tone: 'quiet', text: ' '.repeat(indent) + text }];

const whereOf = ({ place }: Reported): string =>
  place.line > 0 ? `${place.input}:${place.line}:${place.column}: ` : place.input === '' ? '' : `${place.input}: `;

/** ` Kind/ns/name field`, with a space in front; empty where a finding is about no object. */
const subjectOf = ({ place }: Reported): string =>
  [place.ref === undefined ? '' : formatRef(place.ref), place.field ?? '']
    .filter((part) => part !== '')
    .map((part) => ` ${part}`)
    .join('');
