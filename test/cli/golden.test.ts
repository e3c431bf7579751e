import { expect } from 'chai';
import { blameOf, formatDiagnostic } from '../../cli/core/diagnostic.ts';
import { splitStream } from '../../cli/core/manifest/stream.ts';
import { reportLines } from '../../cli/core/report/text.ts';
import { inject, injected, uninjected } from '../support/daps.ts';
import { type Fixture, matchFile, readFixtures } from '../support/golden.ts';

const fixtures = readFixtures('inject');

const documents = (text: string): readonly string[] =>
  splitStream(text).map(({ start, end }) => text.slice(start, end));
const withFlags = ({ flags, config }: Fixture, text: string) => inject(text, flags, config);

describe('goldens', () => {
  it('there are at least 80 of them', () => expect(fixtures.length).to.be.at.least(80));

  for (const fixture of fixtures) {
    it(fixture.name, () => {
      const { outputs, diagnostics, entries } = withFlags(fixture, fixture.input);
      expect(blameOf(diagnostics), diagnostics.map(formatDiagnostic).join('\n')).to.equal(undefined);
      const output = outputs[0] ?? '';
      matchFile(fixture, fixture.inputFile.replace('input', 'expected'), output);
      matchFile(
        fixture,
        'report.txt',
        reportLines(entries, diagnostics)
          .map(({ text }) => `${text}\n`)
          .join(''),
      );
      expect(withFlags(fixture, output).outputs[0], 'injecting twice').to.equal(output);
      if (!fixture.name.startsWith('again-'))
        expect(uninjected(output, fixture.config), 'uninject').to.equal(fixture.input);
      const before = documents(fixture.input);
      const after = documents(output);
      if (!fixture.name.startsWith('empty-')) expect(after.length, 'number of documents').to.equal(before.length);
      before.forEach((document, index) => {
        if (!document.includes('dapr.io'))
          expect(after[index]?.startsWith(document), `document ${index}`).to.equal(true);
      });
    });
  }

  it('the examples of test/support are what the CLI makes', () => {
    expect(injected('a: b\n')).to.equal('a: b\n');
  });
});
