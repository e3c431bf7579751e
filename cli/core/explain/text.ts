import { printable } from '../printable.ts';
import { layout, type Places } from './layout.ts';
import { letterOf, shortened } from './name-words.ts';
import {
  type Lane,
  labelOf,
  type Moment,
  type MomentId,
  type Section,
  type SpanKind,
  type Timeline,
} from './timeline.ts';
import { axisNumber, numberWords, whenWords } from './when-words.ts';
import { wrap } from './wrap.ts';

const width = 80;
const labelWidth = 15;
const start = { from: labelWidth + 1, to: 40 };
const stop = { from: 41, to: width - 3 };
/** Of two moments: a mark has two digits at most. */
const gap = 3;

const fills: Readonly<Record<SpanKind, string>> = {
  starts: '▒',
  waits: '░',
  works: '█',
  holds: '▓',
  finishes: '▓',
  ends: '▒',
  harms: '×',
};

/** The timelines as text, 80 columns wide. */
export const formatText = (timelines: readonly Timeline[]): string =>
  `${timelines.map((timeline) => formatOne(timeline).join('\n')).join('\n\n\n')}\n`;

const formatOne = (timeline: Timeline): readonly string[] => {
  const { workload, by, summary, numbers, notes } = timeline;
  const title = printable(`${workload}, ${by === 'daps' ? 'with daps' : 'with plain Dapr'}`);
  const told = numbers.map((number) => `${number.name} ${numberWords(number)}`).join(' · ');
  return [
    title,
    '═'.repeat(Math.min(title.length, width)),
    ...wrap(printable(summary), width),
    ...wrap(told, width),
    '',
    ...picture(timeline),
    '',
    ...momentLines(timeline),
    ...waitLines(timeline),
    ...findingLines(timeline),
    ...notes.flatMap((note) => ['', ...wrap(printable(note), width)]),
  ];
};

// The picture

const picture = (timeline: Timeline): readonly string[] => {
  const { moments, lanes } = timeline;
  const exact = layout(moments, start, stop, gap);
  const places: Places = new Map([...exact].map(([id, place]) => [id, Math.round(place)]));
  const marks = moments.map(({ id }, index) => [places.get(id) ?? 0, String(index + 1)] as const);
  const times = moments.flatMap(({ id, section, when }) =>
    section === 'stop' && when.kind !== 'unknown' ? [[places.get(id) ?? 0, axisNumber(when.ms)] as const] : [],
  );
  return [
    placed([
      [start.from, 'start-up, not to scale'],
      [stop.from, 'shutdown, seconds since deletion'],
    ]),
    placed(marks),
    ...lanes.map((lane) => laneLine(lane, timeline, places)),
    placed(times),
    legendOf(timeline),
    'Where there is no time, only the order is known.',
  ];
};

/** Texts at their columns. */
const placed = (texts: readonly (readonly [column: number, text: string])[]): string =>
  texts.reduce((line, [column, text]) => line.padEnd(column) + text, '');

const laneLine = ({ id, label }: Lane, timeline: Timeline, places: Places): string => {
  const cells = Array.from({ length: width }, () => ' ');
  const put = (column: number, text: string): void => {
    for (const [index, character] of [...text].entries()) cells[column + index] = character;
  };
  put(0, shortened(printable(label), labelWidth));
  const at = (moment: MomentId): number => places.get(moment) ?? 0;
  for (const span of timeline.spans.filter(({ lane }) => lane === id)) {
    const [from, to] = [at(span.from), at(span.to)];
    put(from, fills[span.kind].repeat(Math.max(1, to - from)));
  }
  if (id === 'kubelet')
    for (const { id: moment, section } of timeline.moments) put(at(moment), kubeletSign(timeline, moment, section));
  for (const [index, finding] of timeline.findings.entries())
    if (finding.lane === id) put(at(finding.at), letterOf(index));
  return cells.join('').trimEnd();
};

const kubeletSign = ({ signals }: Timeline, moment: MomentId, section: Section): string => {
  if (moment === 'killed') return '✕';
  const isTold = signals.some(({ at, from }) => at === moment && from === 'kubelet');
  return isTold
    ? '▼'
    : section === 'start' && /^(daps-starts|daprd-starts|app-starts|init-\d+)$/.test(moment)
      ? '▲'
      : ' ';
};

const legendOf = ({ spans }: Timeline): string => {
  const has = (kind: SpanKind): boolean => spans.some((span) => span.kind === kind);
  const words: readonly (readonly [boolean, string])[] = [
    [true, '▲ starts'],
    [true, '▼ signals'],
    [true, '░ waits'],
    [true, '▒ starts or stops'],
    [true, '█ works'],
    [has('holds') || has('finishes'), has('holds') ? '▓ finishes, holds' : '▓ finishes'],
    [has('harms'), '× at risk'],
  ];
  return `${words.flatMap(([isThere, text]) => (isThere ? [text] : [])).join('  ')}`;
};

// What happens

const markWidth = 3;
const whenWidth = 15;
const indent = markWidth + 1 + whenWidth;

const momentLines = (timeline: Timeline): readonly string[] =>
  timeline.moments.flatMap((moment, index) => [
    ...hanging(headOf(moment, index), printable(moment.words)),
    ...timeline.signals
      .filter(({ at }) => at === moment.id)
      .flatMap(({ from, to, words }) =>
        wrap(printable(`${labelOf(timeline, from)} → ${labelOf(timeline, to)}: ${words}`), width - indent - 2).map(
          (line, at) => `${' '.repeat(indent)}${at === 0 ? '' : '  '}${line}`,
        ),
      ),
  ]);

const headOf = ({ when }: Moment, index: number): string =>
  `${String(index + 1).padStart(markWidth)} ${whenWords(when).padEnd(whenWidth)}`;

const hanging = (head: string, text: string): readonly string[] =>
  wrap(text, width - head.length).map((line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line);

const waitLines = (timeline: Timeline): readonly string[] => {
  if (timeline.waits.length === 0) return [];
  const number = (id: MomentId): number => timeline.moments.findIndex((moment) => moment.id === id) + 1;
  return [
    '',
    'Who waits for whom',
    ...timeline.waits.flatMap(({ who, whom, from, to, words }) =>
      hanging(
        `${' '.repeat(markWidth + 1)}${`${number(from)}–${number(to)}`.padEnd(whenWidth)}`,
        printable(`${labelOf(timeline, who)} for ${labelOf(timeline, whom)}: ${words}`),
      ),
    ),
  ];
};

const findingLines = ({ findings }: Timeline): readonly string[] =>
  findings.length === 0
    ? []
    : [
        '',
        'Findings',
        ...findings.flatMap(({ id, severity, message, field }, index) =>
          hanging(
            `  ${letterOf(index)} `,
            printable(`${severity}[${id}]${field === undefined ? '' : ` ${field}`}: ${message}`),
          ),
        ),
      ];
