import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { catalog } from '../../../cli/core/catalog.ts';
import { severityOf } from '../../../cli/core/diagnostic.ts';
import { isManifestCode, type ManifestCode, problemSummaries } from '../../../cli/core/lint/problem-summaries.ts';
import { readFixtures } from '../../support/cli/golden.ts';
import { root } from '../../support/sources.ts';

const folder = join(root, 'cli/core/lint/problems');
const fixtures = readFixtures('bad');

/** A manifest on a page is short enough to be read at a glance. */
const maxLines = 60;

/** What the page of a problem says: its summary, a message, and the manifest that it is about. */
const pageOf = (code: ManifestCode): string => {
  const fixture = fixtures.find(({ name }) => name.split('--')[0] === code);
  const lines = fixture === undefined ? [] : readFileSync(join(fixture.folder, 'stderr.txt'), 'utf8').split('\n');
  const message = lines.find((line) => line.includes(`[${code}]`));
  const isShown =
    fixture !== undefined &&
    fixture.input.split('\n').length <= maxLines &&
    !/\p{Cc}/u.test(fixture.input.replaceAll('\n', ''));
  const format = fixture?.inputFile.endsWith('.json') === true ? 'json' : 'yaml';
  return [
    `# ${code}\n\n${problemSummaries[code]}\n`,
    `\nSeverity: ${severityOf(code)}. \`daps inject\` and \`daps lint\` report it.\n`,
    ...(message === undefined ? [] : [`\n## Message\n\n\`\`\`text\n${message}\n\`\`\`\n`]),
    ...(isShown ? [`\n## Bad\n\n\`\`\`${format}\n${fixture.input.trimEnd()}\n\`\`\`\n`] : []),
    '\nSince 0.1.0.\n',
  ].join('');
};

const codes = Object.keys(problemSummaries).filter(isManifestCode);

describe('problems of inject, as rules of daps lint', () => {
  it('are codes of the catalogue', () =>
    expect(codes.filter((code) => !Object.hasOwn(catalog, code))).to.deep.equal([]));

  it('have summaries that are sentences', () => {
    for (const code of codes) expect(problemSummaries[code], code).to.match(/^(daps|daprd|dapr\.io|[A-Z]).*\.$/);
  });

  it('have a page each that shows their message and manifest, and no page is left over', () => {
    if (process.env['UPDATE_FIXTURES'] === '1') {
      mkdirSync(folder, { recursive: true });
      for (const code of codes) writeFileSync(join(folder, `${code}.md`), pageOf(code));
    }
    const pages = existsSync(folder) ? readdirSync(folder) : [];
    expect(pages.sort()).to.deep.equal(codes.map((code) => `${code}.md`).sort());
    for (const code of codes)
      expect(readFileSync(join(folder, `${code}.md`), 'utf8'), `${code}.md; write it with UPDATE_FIXTURES=1`).to.equal(
        pageOf(code),
      );
  });
});
