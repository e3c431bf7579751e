import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { blameOf, formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import { splitStream } from '../../../cli/core/manifest/text/stream.ts';
import { reportLines } from '../../../cli/core/report/text.ts';
import { version } from '../../../cli/version.ts';
import { inject, testVersion, uninjected } from '../../support/cli/daps.ts';
import { diffOf, expectedFile, expectedText, type Fixture, matchFile, readFixtures } from '../../support/cli/golden.ts';
import { root } from '../../support/sources.ts';

const fixtures = readFixtures('inject');

/** Inputs that daps has injected before: uninject gives what stood there before that. */
const isAgain = ({ name }: Fixture): boolean => name.startsWith('again-');

const documents = (text: string): readonly string[] =>
  splitStream(text).map(({ start, end }) => text.slice(start, end));
const injectFixture = ({ flags, config }: Fixture, text: string) => inject(text, flags, config);

describe('goldens', () => {
  it('there are at least 85 of them', () => expect(fixtures.length).to.be.at.least(85));

  for (const fixture of fixtures) {
    it(fixture.name, () => {
      const { outputs, diagnostics, entries } = injectFixture(fixture, fixture.input);
      expect(blameOf(diagnostics), diagnostics.map(formatDiagnostic).join('\n')).to.equal(undefined);
      const output = outputs[0] ?? '';
      matchFile(fixture, expectedFile(fixture), output);
      const lines = reportLines(entries, diagnostics).map(({ text }) => `${text}\n`);
      matchFile(fixture, 'report.txt', lines.join(''));
      expect(injectFixture(fixture, output).outputs[0], 'injecting twice').to.equal(output);
      if (!isAgain(fixture)) expect(uninjected(output, fixture.config), 'uninject').to.equal(fixture.input);
      expectSameDocuments(fixture, output);
    });
  }
});

/** Documents keep their number and order; those that say nothing of Dapr keep every byte. */
const expectSameDocuments = ({ name, input }: Fixture, output: string): void => {
  if (name.startsWith('empty-')) return;
  const before = documents(input);
  const after = documents(output);
  expect(after.length, 'number of documents').to.equal(before.length);
  for (const [index, document] of before.entries()) {
    if (!/dapr\.io\\?\//.test(document)) expect(after[index], `document ${index}`).to.equal(document);
  }
};

const bundle = join(root, 'dist/daps.mjs');

describe('goldens, through the built bundle: inject makes the expected bytes, uninject the input of them', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daps-bundle-'));
    const sources = ['cli', 'proxy'].flatMap((below) =>
      readdirSync(join(root, below), { recursive: true, encoding: 'utf8' }).map((name) => join(root, below, name)),
    );
    const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
    const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (built < newest)
      throw new Error('dist/daps.mjs is missing or older than the sources; build it with: npm run build');
  });
  after(() => rmSync(folder, { recursive: true }));

  const daps = async (command: string, fixture: Fixture, input: string): Promise<string> => {
    const config = fixture.config === undefined ? [] : ['--config', join(fixture.folder, '.daps.yaml')];
    const flags = command === 'inject' ? Object.entries(fixture.flags).map(([name, text]) => `--${name}=${text}`) : [];
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('DAPS_'));
    const { stdout } = await execa(process.execPath, [bundle, command, '--quiet', ...config, ...flags], {
      input,
      cwd: folder,
      env: Object.fromEntries(own),
      extendEnv: false,
      stripFinalNewline: false,
    });
    return stdout;
  };

  /** What was printed is what was to be, byte for byte. */
  const expectSame = (expected: string, printed: string): void => {
    if (printed !== expected) throw new Error(diffOf(expected, printed));
  };

  for (const fixture of fixtures.filter((one) => !isAgain(one)))
    it(fixture.name, async () => {
      const output = asReleased(expectedText(fixture));
      const printed = await Promise.all([
        daps('inject', fixture, fixture.input),
        daps('uninject', fixture, output), // beside it, of what it must print
      ]);
      expectSame(output, printed[0]);
      expectSame(fixture.input, printed[1]);
    });
});

/** The sources inject under a version of no release; the bundle under its own. */
const asReleased = (text: string): string => text.replaceAll(`daps-sidecar:${testVersion}`, `daps-sidecar:${version}`);
