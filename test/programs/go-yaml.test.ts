import { expect } from 'chai';
import fc from 'fast-check';
import { toValue } from '../../cli/core/manifest/model/value.ts';
import { parseNode } from '../../cli/core/manifest/read/parse.ts';
import { splitStream } from '../../cli/core/manifest/text/stream.ts';
import { kubectlValue } from '../support/manifests/kubectl-value.ts';
import { oddDocuments } from '../support/manifests/lines.ts';
import { readyMutants } from '../support/manifests/mutant.ts';
import { same } from '../support/manifests/same-json.ts';
import { runsOf, seedFor } from '../support/sample.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { type FileObjects, needsTools, readObjects } from '../support/tools.ts';

const seed = seedFor('go-yaml');
const runs = runsOf('DAPS_GO_YAML_RUNS', 4000, 60_000);

/** Texts of which kubectl's stream reader and daps' are sure to make one document; a `{` makes it try JSON first. A null key that a
 * later value replaces is passed over by kubectl, and refused by daps. */
const isOneDocument = (text: string): boolean =>
  Buffer.from(text).toString() === text &&
  (text.includes('\n') || !text.includes('\r')) &&
  !/\?\s*[:,]/.test(text) &&
  splitStream(text).length === 1 &&
  !/^(?:---|\.\.\.)/m.test(text) &&
  !/^\ufeff|^\s*\{/.test(text);

/** What daps reads: a value, `refused` where it says that kubectl refuses it, `none` where there is nothing. */
const readByDaps = (text: string): unknown => {
  const parsed = parseNode(text);
  if (!parsed.ok || parsed.value?.refused !== undefined) return 'refused';
  return parsed.value === undefined ? 'none' : [kubectlValue(toValue(parsed.value.root))];
};

const readByKubectl = (read: FileObjects | undefined): unknown => {
  if (read === undefined || 'error' in read) return 'refused';
  return read.objects.length === 0 ? 'none' : read.objects;
};

/** Null documents are left out by kubectl. A lone tab it refuses, and daps lets through. */
const withoutNull = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 && value[0] === null ? 'none' : value;

describe('the reader and go-yaml', function () {
  this.timeout(600_000);
  before(function () {
    needsTools(this, 'objects');
  });

  for (const [name, texts] of [
    ['odd lines', oddDocuments],
    ['damaged manifests', readyMutants],
  ] as const) {
    it(`read ${runs} documents alike: ${name}`, async () => {
      const folder = openTempFolder();
      try {
        const sample = fc.sample(texts, { numRuns: runs, seed }).filter(isOneDocument);
        const files = sample.map((text, index) => folder.write(`${index}.yaml`, text));
        const read = await readObjects(files);
        const count = { alike: 0, refused: 0 };
        const differences: object[] = [];
        for (const [index, text] of sample.entries()) {
          const kubectl = readByKubectl(read.get(files[index] ?? ''));
          const daps = withoutNull(readByDaps(text));
          if (daps !== 'none' && !same(kubectl, daps))
            differences.push({ text, kubectl: read.get(files[index] ?? ''), daps });
          else count[kubectl === 'refused' ? 'refused' : 'alike'] += 1;
        }
        process.stdout.write(`    ${name}: ${count.alike} read alike, ${count.refused} refused by both\n`);
        const shown = differences.slice(0, 20).map((one) => `\n  ${JSON.stringify(one)}`);
        expect(differences.length, `seed ${seed}:${shown.join('')}`).to.equal(0);
      } finally {
        folder.remove();
      }
    });
  }
});
