import { expect } from 'chai';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { formatJson } from '../../../cli/core/explain/json.ts';
import { formatMermaid } from '../../../cli/core/explain/mermaid.ts';
import { formatSvg } from '../../../cli/core/explain/svg.ts';
import { formatText } from '../../../cli/core/explain/text.ts';
import type { Timeline } from '../../../cli/core/explain/timeline.ts';
import { timelinesOf } from '../../support/cli/explain.ts';
import { matchFile, readFixtures } from '../../support/cli/golden.ts';

const fixtures = readFixtures('explain');

describe('goldens of daps explain', () => {
  for (const fixture of fixtures) {
    describe(fixture.name, () => {
      const timelines = timelinesOf(fixture.input, fixture.flags);

      it('as text, 80 columns wide', () => {
        const text = formatText(timelines);
        matchFile(fixture, 'expected.txt', text);
        expect(text.split('\n').filter((line) => line.length > 80)).to.deep.equal([]);
      });

      it('as SVG, which is XML and refers to nothing outside', () => {
        const svg = formatSvg(timelines);
        matchFile(fixture, 'expected.svg', svg);
        expect(XMLValidator.validate(svg)).to.equal(true);
        expect(svg.match(/\b(?:href|src)=|@import|url\((?!#)|<script|<foreignObject/)).to.equal(null);
        expect(
          [...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size)).filter((size) => size < 11),
        ).to.deep.equal([]);
      });

      it('as Mermaid', () => matchFile(fixture, 'expected.md', formatMermaid(timelines)));
      it('as JSON', () => matchFile(fixture, 'expected.json', formatJson(timelines)));
      for (const timeline of timelines)
        it(`names only moments and lanes that are there (${timeline.by})`, () => expectWhole(timeline));
    });
  }

  it('texts of the manifest stay texts in every format', () => {
    const name = '"<&]]>`#;"';
    const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  annotations: {dapr.io/enabled: "true", dapr.io/app-id: a, dapr.io/app-port: "80"}\nspec: {containers: [{name: "w\\e[1m<b>"}]}\n`;
    const timelines = timelinesOf(text);
    const svg = formatSvg(timelines);
    expect(XMLValidator.validate(svg)).to.equal(true);
    expect(JSON.stringify(new XMLParser().parse(svg))).to.include('w\\\\u001b[1m<b>');
    for (const made of [svg, formatText(timelines), formatMermaid(timelines)]) expect(made).not.to.include('\u001b');
  });
});

/** Every reference of a timeline leads somewhere, and time only goes forward. */
const expectWhole = ({ moments, lanes, spans, signals, waits, findings }: Timeline): void => {
  const ids = moments.map(({ id }) => id);
  expect(ids).to.deep.equal([...new Set(ids)]);
  const used = [
    ...spans.flatMap(({ from, to }) => [from, to]),
    ...waits.flatMap(({ from, to }) => [from, to]),
    ...[...signals, ...findings].map(({ at }) => at),
    ...moments.flatMap(({ when }) => (when.kind === 'unknown' ? [] : [when.since])),
  ];
  expect(used.filter((id) => !ids.includes(id))).to.deep.equal([]);
  const laneIds = lanes.map(({ id }) => id);
  const named = [
    ...[...spans, ...findings].map(({ lane }) => lane),
    ...signals.flatMap(({ from, to }) => [from, to]),
    ...waits.flatMap(({ who, whom }) => [who, whom]),
  ];
  expect(named.filter((id) => !laneIds.includes(id))).to.deep.equal([]);
  for (const { from, to } of [...spans, ...waits])
    expect(ids.indexOf(to), `${from} to ${to}`).to.be.greaterThan(ids.indexOf(from));
  const times = moments.flatMap(({ section, when }) =>
    section === 'stop' && when.kind !== 'unknown' ? [when.ms] : [],
  );
  expect(times).to.deep.equal([...times].sort((a, b) => a - b));
  for (const lane of laneIds) {
    const own = spans
      .filter((span) => span.lane === lane)
      .map(({ from, to }) => [ids.indexOf(from), ids.indexOf(to)] as const);
    const sorted = own.sort(([a], [b]) => a - b);
    for (const [index, [from]] of sorted.entries())
      if (index > 0) expect(from, lane).to.be.at.least(sorted[index - 1]?.[1] ?? 0);
  }
};
