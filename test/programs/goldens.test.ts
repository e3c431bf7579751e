import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inject, ownKinds } from '../support/cli/daps.ts';
import { expectedText, type Fixture, readFixtures, sidecarsIn, withoutDaps } from '../support/cli/golden.ts';
import { needsTools, readObjects } from '../support/tools.ts';

const fixtures = readFixtures('inject');

describe('goldens, as the API server reads them', () => {
  let folder = '';
  let read: Awaited<ReturnType<typeof readObjects>>;

  before(async function () {
    needsTools(this, 'objects');
    folder = mkdtempSync(join(tmpdir(), 'daps-goldens-'));
    const files = fixtures.flatMap((fixture) => {
      writeFileSync(pathOf(fixture, 'before'), fixture.input);
      writeFileSync(pathOf(fixture, 'after'), expectedText(fixture));
      return [pathOf(fixture, 'before'), pathOf(fixture, 'after')];
    });
    read = await readObjects(files);
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const pathOf = ({ name }: Fixture, when: string): string => join(folder, `${name}.${when}`);

  for (const fixture of fixtures) {
    it(fixture.name, () => {
      const before = read.get(pathOf(fixture, 'before'));
      const after = read.get(pathOf(fixture, 'after'));
      if (before === undefined || !('objects' in before)) {
        expect(after, 'unreadable before, so unreadable after').to.have.property('error');
        return;
      }
      expect(after, 'readable before, so readable after').to.have.property('objects');
      if (after === undefined || !('objects' in after)) return;
      const kinds = ownKinds(fixture.config);
      expect(withoutDaps(after.objects, kinds)).to.deep.equal(withoutDaps(before.objects, kinds));
      const { entries } = inject(fixture.input, fixture.flags, fixture.config);
      const sidecars = entries.filter(({ outcome }) => 'facts' in outcome && outcome.facts !== undefined);
      expect(sidecarsIn(after.objects), 'daps containers').to.equal(sidecars.length);
    });
  }
});
