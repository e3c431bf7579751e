import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { root } from '../support/sources.ts';
import { needsTools, toolPath } from '../support/tools.ts';

const workflows = [...globSync('.github/workflows/*.yaml', { cwd: root }).sort(), 'fixtures/ci/github-actions.yaml'];

describe('the workflows of CI, read by actionlint', () => {
  before(function () {
    needsTools(this, 'actionlint');
  });

  it('have no mistake that it knows', async () => {
    expect(workflows).to.have.length.of.at.least(3);
    // Without shellcheck and pyflakes: what a machine has installed must not decide.
    const args = ['-no-color', '-shellcheck=', '-pyflakes=', ...workflows];
    const { stdout } = await execa(toolPath('actionlint') ?? '', args, { cwd: root, reject: false });
    expect(stdout).to.equal('');
  });
});

describe('the workflows of CI', () => {
  for (const workflow of workflows)
    it(`${workflow} pins every action by its commit, with its version beside it`, () => {
      const uses = [...readFileSync(join(root, workflow), 'utf8').matchAll(/^\s*(?:- )?uses: (.+)$/gm)];
      expect(uses).to.have.length.of.at.least(2);
      expect(
        uses.map(([, action]) => action).filter((action = '') => !/@[0-9a-f]{40} # v\d/.test(action)),
      ).to.deep.equal([]);
    });
});
