import { join } from 'node:path';
import { expect } from 'chai';
import type { Reported } from '../../cli/core/lint/result.ts';
import { rules } from '../../cli/core/lint/rules/index.ts';
import { decode } from '../../cli/run/inputs.ts';
import { lint } from '../support/cli/lint.ts';
import { bytesOf, filesOf } from '../support/manifests/corpus-workloads.ts';
import { corpusFolders, needsTools } from '../support/tools.ts';

/** The most that one file may take; the corpus has some of a megabyte. */
const slowestMs = 5000;
/** A rule that fires on a larger share of the workloads says nothing about any of them. */
const mostOfWorkloads = 0.6;

/** Rules that may fire on nearly all workloads of the corpus, and why. */
const oftenRight: ReadonlyMap<string, string> = new Map([
  ['no-readiness', "the workloads are those of Dapr's own tests, and none of them has a probe"],
]);

/** Whether a text has anything that daps or Dapr reads. */
const isOfDapr = (text: string): boolean => /dapr\.io|daps\.io/.test(text);

const ruleIds = new Set(rules.map(({ id }) => id));

describe('daps lint on the corpus', function () {
  this.timeout(60_000);
  const counts = new Map<string, { findings: number; workloads: Set<string> }>();
  let workloads = 0;
  let ofDapr = 0;
  const foreign: string[] = [];

  const count = (file: string, findings: readonly Reported[]): void => {
    for (const { id, object } of findings) {
      const entry = counts.get(id) ?? { findings: 0, workloads: new Set() };
      entry.findings += 1;
      if (object !== undefined && 'appId' in object)
        entry.workloads.add(`${file}:${object.spot.document.start}:${object.ref.kind}/${object.ref.name}`);
      counts.set(id, entry);
    }
  };

  before(function () {
    needsTools(this, 'objects');
    const files = (corpusFolders() ?? []).flatMap(filesOf);
    expect(files.length).to.be.greaterThan(2000);
    for (const file of files) {
      const bytes = bytesOf(file);
      const read = bytes === undefined ? undefined : decode(file, bytes);
      if (read?.ok !== true) continue;
      const { text } = read.value;
      const startedMs = performance.now();
      const result = lint({ [file]: text });
      expect(performance.now() - startedMs, file).to.be.lessThan(slowestMs);
      workloads += result.workloads.length;
      if (isOfDapr(text)) ofDapr += 1;
      else foreign.push(...result.findings.map(({ id }) => `${file}: ${id}`));
      count(file, result.findings);
    }
  });

  it('a file without anything of Dapr yields no finding', () => expect(foreign).to.deep.equal([]));

  it('has workloads and Components to look at', () => {
    expect(ofDapr).to.be.greaterThan(80);
    expect(workloads).to.be.greaterThan(20);
    expect(counts.size).to.be.greaterThan(5);
  });

  it('no rule fires on nearly every workload, but for a reason', () => {
    const rows = [...counts].sort(([, a], [, b]) => b.findings - a.findings);
    const table = rows.map(
      ([id, { findings, workloads: found }]) =>
        `  ${String(findings).padStart(5)} ${String(found.size).padStart(10)}  ${id}`,
    );
    process.stdout.write(
      `lint of the corpus: ${ofDapr} files of Dapr, ${workloads} workloads\n  found  workloads  rule\n${table.join('\n')}\n`,
    );
    const everywhere = rows
      .filter(([id, { workloads: found }]) => ruleIds.has(id) && found.size > workloads * mostOfWorkloads)
      .map(([id]) => id);
    expect(everywhere.filter((id) => !oftenRight.has(id))).to.deep.equal([]);
  });

  it('all files of a folder together are no harder than each alone', () => {
    const dapr = (corpusFolders() ?? []).find((path) => path.includes('dapr/dapr@'));
    if (dapr === undefined) throw new Error('the corpus has no manifests of Dapr; get them with: npm run tools');
    const inputs = Object.fromEntries(
      filesOf(join(dapr, 'tests')).flatMap((file) => {
        const text = bytesOf(file)?.toString() ?? '';
        return isOfDapr(text) && !text.includes('{{') ? [[file, text]] : [];
      }),
    );
    const { findings, workloads: together } = lint(inputs);
    expect(together.length).to.be.greaterThan(20);
    for (const { id, message } of findings) expect(message, id).to.match(/\.$/);
  });
});
