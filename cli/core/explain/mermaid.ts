import { printable } from '../printable.ts';
import { type LaneId, labelOf, type Moment, type PlacedFinding, type Signal, type Timeline } from './timeline.ts';
import { numberWords, whenWords } from './when-words.ts';

/** The timelines as Markdown: a sequence diagram of Mermaid each, which GitHub and GitLab draw. */
export const formatMermaid = (timelines: readonly Timeline[]): string => `${timelines.map(formatOne).join('\n\n')}\n`;

const formatOne = (timeline: Timeline): string => {
  const { workload, by, summary, numbers, lanes, notes } = timeline;
  const told = numbers.map((number) => `${number.name} ${numberWords(number)}`).join(' · ');
  return [
    `## ${markdown(`${workload}, ${by === 'daps' ? 'with daps' : 'with plain Dapr'}`)}`,
    '',
    markdown(`${summary} · ${told}`),
    '',
    '```mermaid',
    'sequenceDiagram',
    ...lanes.map(({ id, label }) => `  participant ${id} as ${words(label)}`),
    ...timeline.moments.flatMap((moment, index) => momentLines(timeline, moment, index)),
    '```',
    ...notes.flatMap((note) => ['', markdown(note)]),
  ].join('\n');
};

const momentLines = (timeline: Timeline, moment: Moment, index: number): readonly string[] => {
  const { lanes, signals, waits, findings } = timeline;
  const [first, last] = [lanes[0]?.id, lanes.at(-1)?.id];
  const when = whenWords(moment.when);
  const head = `${index + 1}${when === '' ? '' : ` · ${when}`} · ${moment.words}`;
  const here = <T extends { readonly at: string }>(one: T): boolean => one.at === moment.id;
  return [
    `  Note over ${first},${last}: ${words(head)}`,
    ...waits
      .filter(({ to }) => to === moment.id)
      .map(
        ({ who, whom, words: why }) =>
          `  Note over ${pair(timeline, who, whom)}: ${words(`${labelOf(timeline, who)} waited for ${labelOf(timeline, whom)}: ${why}`)}`,
      ),
    ...signals.filter(here).map((signal) => `  ${arrow(signal)}`),
    ...findings.filter(here).map((finding) => `  ${findingLine(finding)}`),
  ];
};

/** Mermaid wants the two in the order they stand in. */
const pair = ({ lanes }: Timeline, one: LaneId, other: LaneId): string => {
  const rank = (id: LaneId): number => lanes.findIndex((lane) => lane.id === id);
  return [one, other].sort((a, b) => rank(a) - rank(b)).join(',');
};

const arrow = ({ from, to, words: said }: Signal): string => `${from}->>${to}: ${words(said)}`;

const findingLine = ({ lane, severity, id, message }: PlacedFinding): string =>
  `Note over ${lane}: ${words(`⚠ ${severity}[${id}] ${message}`)}`;

/** Text of a diagram: what means something to Mermaid is written as an entity, which it reads as `#59;`. */
const words = (text: string): string =>
  printable(text).replaceAll(/[#;<>&"`\\]/g, (character) => `#${character.codePointAt(0)};`);

const markdown = (text: string): string => printable(text).replaceAll(/[\\`*_[\]<>|#]/g, '\\$&');
