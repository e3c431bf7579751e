import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { root } from './support/sources.ts';

/** A Node that says it is another version. */
const mochaOn = (version: string) => {
  const versions = `{...process.versions, node: ${JSON.stringify(version)}}`;
  const disguise = `Object.defineProperty(process, 'versions', {value: ${versions}});`;
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  const args = ['--import', `data:text/javascript,${encodeURIComponent(disguise)}`, mocha, '--dry-run'];
  return execa(process.execPath, [...args, 'test/sample.test.ts'], { cwd: root, reject: false });
};

describe('the tests on a Node that is too old', () => {
  it('say so in one line, and what to type', async () => {
    const { exitCode, stdout, stderr } = await mochaOn('20.20.2');
    expect({ exitCode, stdout, stderr }).to.deep.equal({
      exitCode: 2,
      stdout: '',
      stderr:
        'The tests need Node 22.19.0 or later, this is Node 20.20.2. Type npm test, which finds the one in node_modules.',
    });
  });

  it('run on the oldest that package.json promises', async () => {
    const { exitCode, stderr } = await mochaOn('22.19.0');
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: '' });
  });
});
