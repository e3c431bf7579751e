import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { resolvePlain } from '../../cli/core/manifest/model/scalar.ts';
import { scalars } from '../support/manifests/scalar.ts';
import { runsOf, seedFor } from '../support/sample.ts';
import { needsTools, readObjects } from '../support/tools.ts';

const seed = seedFor('scalars');
const runs = runsOf('DAPS_SCALAR_RUNS', 2000, 20_000);

describe('resolvePlain() and go-yaml', function () {
  this.timeout(120_000);
  before(function () {
    needsTools(this, 'objects');
  });

  const sameAs = (text: string, value: unknown): boolean => {
    const typed = resolvePlain(text);
    const big = typeof value === 'object' && value !== null && '$int' in value ? BigInt(String(value.$int)) : value;
    switch (typed.type) {
      case 'null':
        return value === null;
      case 'int':
        return (typeof big === 'number' || typeof big === 'bigint') && BigInt(big) === typed.value;
      case 'float':
        return Number(big) === typed.value && typeof value !== 'string';
      case 'bool':
      case 'string':
        return value === typed.value;
    }
  };

  it(`read ${runs} random scalars alike`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daps-scalars-'));
    try {
      const texts = fc.sample(scalars, { numRuns: runs, seed });
      const files = texts.map((text, index) => {
        const file = join(folder, String(index));
        writeFileSync(file, `a: ${text}\n`);
        return file;
      });
      const read = await readObjects(files);
      const wrong = texts.filter((text, index) => {
        const result = read.get(files[index] ?? '');
        // JSON has no word for these, so the API server never sees them.
        if (result === undefined || 'error' in result) return !/^[-+]?\.(inf|nan)$/i.test(text);
        return !sameAs(text, (result.objects[0] as { readonly a?: unknown } | undefined)?.a);
      });
      const told = wrong.map((text) => ({
        text,
        daps: String(Object.values(resolvePlain(text))),
        go: JSON.stringify(read.get(files[texts.indexOf(text)] ?? '')),
      }));
      expect(told, `seed ${seed}`).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
