import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../support/sources.ts';
import { isFlawless } from './column.ts';
import { drawn, keptRun, pictureFile } from './picture/kept.ts';

describe('the picture in the README', () => {
  it('is the one that npm run demo draws of its kept run', () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).to.include(`](${pictureFile})`);
    const picture = drawn(keptRun());
    const file = join(root, pictureFile);
    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(file, picture);
    expect(readFileSync(file, 'utf8') === picture, 'UPDATE_FIXTURES=1 draws it again').to.equal(true);
  });

  it('shows a rollout with plain Dapr that does harm, and one with daps that does none', () => {
    const flawless = keptRun().columns.map(({ name, score }) => [name, isFlawless(score)]);
    expect(flawless).to.deep.equal([
      ['plain', false],
      ['daps', true],
    ]);
  });
});
