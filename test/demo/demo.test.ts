import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import type { ColumnName, Score } from './column.ts';

describe('demo', () => {
  let stdout = '';
  let exitCode: number | undefined;

  before('plays both rollouts', async function () {
    this.timeout(180_000);
    const run = await execa(process.execPath, [join(import.meta.dirname, 'main.ts'), '--json'], { reject: false });
    expect(run.stderr).to.equal('');
    ({ stdout, exitCode } = run);
  });

  const score = (column: ColumnName): Score => (JSON.parse(stdout) as Record<ColumnName, Score>)[column];

  it('prints the result and nothing else', () => {
    expect(stdout.split('\n')).to.have.length(1);
    expect(Object.keys(JSON.parse(stdout))).to.deep.equal(['plain', 'daps']);
  });

  it('daps: nothing is lost, doubled, cut or delivered before ready', () => {
    const { sent, finished, ...harm } = score('daps');
    expect(harm).to.deep.equal({ lost: 0, doubled: 0, cut: 0, beforeReady: 0 });
    expect(finished).to.equal(sent);
    expect(exitCode).to.equal(0);
  });

  it('plain Dapr: what was sent was finished or lost', () => {
    const { sent, finished, lost } = score('plain');
    expect(sent).to.be.greaterThan(0);
    expect(finished + lost).to.equal(sent);
  });
});
