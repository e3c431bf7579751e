import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { formatJson } from '../../../cli/core/explain/json.ts';
import { timelinesOf } from '../../support/cli/explain.ts';
import { readFixtures } from '../../support/cli/golden.ts';
import { root } from '../../support/sources.ts';

describe('the schema of daps explain --format json', () => {
  const schema = JSON.parse(readFileSync(join(root, 'cli/core/explain/explain.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);

  for (const { name, input, flags } of readFixtures('explain'))
    it(`describes ${name}`, () => {
      validate(JSON.parse(formatJson(timelinesOf(input, flags))));
      expect(validate.errors ?? []).to.deep.equal([]);
    });

  it('takes no other field', () => {
    expect(validate({ schemaVersion: 1, timelines: [], more: 1 })).to.equal(false);
  });
});
