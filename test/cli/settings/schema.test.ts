import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { parse } from 'yaml';
import { listedRules } from '../../../cli/core/lint/listed-rules.ts';
import { settingsFileSchema } from '../../../cli/core/schema/settings-file-schema.ts';
import { resolveRunSettings } from '../../../cli/core/settings/resolve-run.ts';
import { runSettings } from '../../../cli/core/settings/run-settings.ts';
import { keyOf, workloadSettings } from '../../../cli/core/settings/workload-settings.ts';
import { sectionOf } from '../../support/cli/lint.ts';
import { root } from '../../support/sources.ts';

const schema = settingsFileSchema();
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
const complaints = (text: string): unknown => (validate(parse(text)) ? [] : validate.errors);

/** The codes that daps has for a settings file. */
const codesOf = (text: string): readonly string[] => {
  const file = { path: '.daps.yaml', text };
  const settings = resolveRunSettings({ flags: new Map(), functionConfig: undefined, environment: {}, file });
  const lint = settings.ok ? sectionOf(text).problems : [];
  return [...(settings.ok ? [] : settings.error), ...lint].map(({ problem }) => problem.code);
};

const files = globSync('fixtures/**/.daps.yaml', { cwd: root }).sort();

describe('daps schema', () => {
  it('has files to check', () => expect(files.length).to.be.greaterThan(50));

  for (const path of files) {
    const text = readFileSync(join(root, path), 'utf8');
    const codes = codesOf(text);
    if (codes.length === 0) it(`takes ${path}, as daps does`, () => expect(complaints(text)).to.deep.equal([]));
    if (codes.includes('unknown-setting'))
      it(`refuses ${path}, as daps does`, () => expect(complaints(text)).not.to.deep.equal([]));
  }

  it('has every setting, with a description and its default', () => {
    const { properties } = schema as { properties: Record<string, Record<string, unknown>> };
    for (const { name, summary, fallback } of [...workloadSettings, ...runSettings]) {
      expect(properties[keyOf(name)]?.['description'], name).to.include(summary);
      const value = properties[keyOf(name)]?.['default'];
      expect(value === undefined ? undefined : String(value), name).to.equal(fallback);
    }
    expect(Object.keys(properties)).to.have.members([
      ...[...workloadSettings, ...runSettings].map(({ name }) => keyOf(name)),
      'overrides',
      'workloads',
      'lint',
    ]);
  });

  it('takes every rule, and no other', () => {
    const weighed = (id: string): string => `lint: {rules: {${id}: off}}`;
    for (const { id } of listedRules) expect(complaints(weighed(id)), id).to.deep.equal([]);
    expect(complaints(weighed('no-such-rule'))).not.to.deep.equal([]);
    expect(complaints('lint: {rules: {no-readiness: fatal}}')).not.to.deep.equal([]);
    expect(complaints('lint: {ignore: [{rule: no-readiness}]}')).not.to.deep.equal([]);
    expect(complaints('lint: {ignore: [{rule: "no-*", name: web, reason: why}]}')).to.deep.equal([]);
  });

  it('refuses wrong values', () => {
    for (const wrong of [
      'preStopDelay: 5 seconds',
      'replays: 101',
      'mtls: yes please',
      'logLevel: loud',
      'readyPath: x',
    ])
      expect(complaints(wrong), wrong).not.to.deep.equal([]);
  });
});
