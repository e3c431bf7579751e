import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../support/sources.ts';
import { levels } from './levels.ts';

const readme = join(root, 'test/README.md');
const marks = /(<!-- levels -->\n)[\s\S]*?(<!-- \/levels -->)/;

const minutesOf = (s: number): string => `${s / 60} min`;
const rows = levels.map(({ name, proves, command, budgetS, fullBudgetS }) => {
  const typed = command.filter((word, index) => !(word === '--' && index === command.length - 1)).join(' ');
  return [name, proves, `\`${typed}\``, minutesOf(budgetS), minutesOf(fullBudgetS)];
});
const header = ['level', 'what it shows', 'by itself', 'budget', 'in full'];
const table = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');

/** Levels that one level waits for, and all that those wait for. */
const waitsFor = (name: string): ReadonlySet<string> => {
  const level = levels.find((one) => one.name === name);
  const names = [...(level?.needs ?? []), ...(level?.after ?? [])];
  return new Set(names.flatMap((one) => [one, ...waitsFor(one)]));
};

describe('the levels of the gate', () => {
  it('stand in test/README.md as they are', () => {
    const text = readFileSync(readme, 'utf8');
    const wanted = text.replace(marks, (_, open: string, close: string) => `${open}${table}${close}`);
    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(readme, wanted);
    else expect(text, 'UPDATE_FIXTURES=1 npm test writes the table').to.equal(wanted);
  });

  it('end before the wall of 90 minutes even where each takes all of its budget', () => {
    const tools = 'tools'; // on a prepared machine they come from the cache
    const longest = (name: string): number => {
      const level = levels.find((one) => one.name === name);
      const own = name === tools ? 0 : (level?.budgetS ?? 0);
      return own + Math.max(0, ...[...(level?.needs ?? []), ...(level?.after ?? [])].map(longest));
    };
    expect(Math.max(...levels.map(({ name }) => longest(name))) / 60).to.be.at.most(90);
  });

  it('measure speed when nothing else runs', () => {
    const others = levels.map(({ name }) => name).filter((name) => name !== 'bench' && name !== 'tools');
    expect([...waitsFor('bench')]).to.include.members(others);
  });

  it('run every suite of the lab', () => {
    const suites = readdirSync(join(root, 'test/lab')).filter((name) => name.endsWith('.lab.ts'));
    expect(suites.length).to.be.greaterThan(5);
    const played = levels.flatMap(({ command }) => command.filter((word) => word.endsWith('.lab.ts')));
    expect(played).to.have.members(suites.map((name) => `test/lab/${name}`));
  });

  it('take the cluster down after all that use it', () => {
    const users = levels.filter(({ needs }) => needs.includes('cluster')).map(({ name }) => name);
    expect(users).to.have.length.of.at.least(3);
    expect([...waitsFor('cluster down')]).to.include.members(users);
  });
});
