import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { catalog } from '../../../cli/core/catalog.ts';
import { lintText } from '../../../cli/core/lint/format/text.ts';
import { severities } from '../../../cli/core/lint/rule/rule.ts';
import { rules } from '../../../cli/core/lint/rules/index.ts';
import { matchFile, readFixtures } from '../../support/cli/golden.ts';
import { lint, runOf, textOf } from '../../support/cli/lint.ts';
import { manifestOf, pageOf } from '../../support/cli/rule-pages.ts';
import { root } from '../../support/sources.ts';

const folder = join(root, 'cli/core/lint/rules');

const errors = readFixtures('lint/err');
const passes = readFixtures('lint/ok');

/** What a fixture's flags are: settings of `daps lint`, and `require-injected`. */
const optionsOf = ({ flags, config }: (typeof errors)[number]) => {
  const { 'require-injected': requireInjected, ...settings } = flags;
  return { flags: settings, config, requireInjected: requireInjected === 'true' };
};

describe('rules of daps lint', () => {
  it('stand in the list, one a file, in the order of their ids', () => {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
      .map((name) => name.slice(0, -3));
    expect(rules.map(({ id }) => id)).to.deep.equal(files.sort());
  });

  it('have a page each, and no page is left over', () => {
    const pages = readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => name.slice(0, -3));
    expect(pages.sort()).to.deep.equal(rules.map(({ id }) => id));
  });

  it('have ids that no problem of inject has', () =>
    expect(rules.map(({ id }) => id).filter((id) => Object.hasOwn(catalog, id))).to.deep.equal([]));

  for (const rule of rules) {
    const { id, summary, since, severity } = rule;
    describe(id, () => {
      it('has an id in kebab case, a summary that is a sentence, and a version', () => {
        expect(id).to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(summary).to.match(/^[A-Z].*\.$/);
        expect(since).to.match(/^\d+\.\d+\.\d+$/);
        expect(severities).to.include(severity);
        expect(rule.looksAt).not.to.deep.equal([]);
      });

      it('has a page with its summary, why, a bad and a good manifest, a fix and since', () => {
        const page = pageOf(id);
        expect(page.startsWith(`# ${id}\n\n${summary}\n`), 'title and summary').to.equal(true);
        for (const heading of ['Why', 'Bad', 'Good', 'Fix']) expect(page).to.include(`\n## ${heading}\n`);
        expect(page.trimEnd().endsWith(`Since ${since}.`), 'since').to.equal(true);
      });

      it('fires on the bad manifest of its page, and not on the good one', () => {
        const idsIn = (heading: 'Bad' | 'Good'): readonly string[] => {
          const text = manifestOf(id, heading);
          expect(text, heading).not.to.equal('');
          const own = errors.find(({ name }) => name === id);
          return lint({ 'page.yaml': text }, own === undefined ? {} : optionsOf(own)).findings.map((one) => one.id);
        };
        expect(idsIn('Bad')).to.include(id);
        expect(idsIn('Good')).not.to.include(id);
      });

      it('has a fixture that it fires on, and one that it leaves alone', () => {
        for (const kind of ['err', 'ok'])
          expect(existsSync(join(root, 'fixtures/lint', kind, id, 'input.yaml')), kind).to.equal(true);
      });
    });
  }
});

describe('fixtures of daps lint: what must be found', () => {
  for (const fixture of errors)
    it(fixture.name, () => {
      const result = lint({ 'input.yaml': fixture.input }, optionsOf(fixture));
      matchFile(fixture, 'expected.txt', textOf(lintText(runOf(result, { 'input.yaml': fixture.input }))));
      expect(result.findings.map(({ id }) => id)).to.include(fixture.name.split('--')[0]);
    });
});

describe('fixtures of daps lint: what must not be found', () => {
  for (const fixture of passes)
    it(fixture.name, () => {
      const { findings } = lint({ 'input.yaml': fixture.input }, optionsOf(fixture));
      expect(findings.filter(({ id }) => id === fixture.name.split('--')[0])).to.deep.equal([]);
      expect(
        findings.filter(({ severity }) => severity === 'error').map(({ id, message }) => `${id}: ${message}`),
      ).to.deep.equal([]);
    });
});
