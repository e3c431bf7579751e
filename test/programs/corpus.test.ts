import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { blameOf, formatDiagnostic, isError, leavesAlone } from '../../cli/core/diagnostic.ts';
import { decode } from '../../cli/run/inputs.ts';
import { inject, uninjected } from '../support/cli/daps.ts';
import type { JsonMap } from '../support/cli/kube-objects.ts';
import { Workbench } from '../support/cli/sandbox.ts';
import { bytesOf, expectedReasons, filesOf, withoutDaps, workloadsIn } from '../support/manifests/corpus-workloads.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { corpusFolders, needsTools, readObjects, toolPath } from '../support/tools.ts';

/** A file takes far less; this only catches what does not end. */
const slowestMs = 5000;

describe('corpus', function () {
  this.timeout(300_000);
  let files: readonly string[] = [];
  before(function () {
    needsTools(this, 'objects', 'helm3');
    files = (corpusFolders() ?? []).flatMap(filesOf);
    expect(files.length).to.be.greaterThan(2000);
  });

  it('files that nobody here wrote pass through byte for byte, or are refused with a diagnostic', () => {
    const count = { passed: 0, injected: 0, refused: 0 };
    for (const file of files) {
      const bytes = bytesOf(file);
      if (bytes === undefined) continue;
      const startedMs = performance.now();
      const read = decode(file, bytes);
      if (!read.ok) {
        count.refused += 1;
        expect(formatDiagnostic(read.error)).to.match(/error\[not-utf8\]/);
        continue;
      }
      const { text } = read.value;
      const { outputs, diagnostics, entries } = inject(text);
      expect(performance.now() - startedMs, file).to.be.lessThan(slowestMs);
      const [output] = outputs;
      if (blameOf(diagnostics) !== undefined) {
        count.refused += 1;
        for (const diagnostic of diagnostics)
          expect(formatDiagnostic(diagnostic), file).to.match(/^stdin:\d+:\d+: (error|warning)\[[a-z-]+\].*\. ?/s);
        expect(output).to.equal(text);
      } else if (entries.some(({ outcome }) => outcome.action === 'injected' || outcome.action === 'daprd-only')) {
        count.injected += 1;
        expect(text, file).to.match(/dapr\.io\/enabled/);
        expect(uninjected(output ?? ''), file).to.equal(text);
        expect(inject(output ?? '').outputs[0], file).to.equal(output);
      } else {
        count.passed += 1;
        if (text.trim() !== '') expect(output === text, file).to.equal(true);
      }
    }
    process.stdout.write(
      `corpus: ${count.passed} files passed through, ${count.injected} injected, ${count.refused} refused\n`,
    );
    expect(count.passed).to.be.greaterThan(1500);
  });

  it('every workload of the corpus, annotated and injected, differs in nothing but what is specified', async () => {
    const folder = openTempFolder();
    const cases = [
      ...new Map(files.flatMap((file) => workloadsIn(file)).map((found) => [found.text, found])).values(),
    ].slice(0, 800);
    const count: Record<string, number> = {};
    const pairs: { before: string; after: string; file: string }[] = [];
    for (const [index, { text, file }] of cases.entries()) {
      const { outputs, diagnostics } = inject(text);
      const codes = diagnostics
        .filter((found) => isError(found) || leavesAlone(found.problem.code))
        .map(({ problem }) => problem.code);
      if (codes.length > 0) {
        for (const code of codes) count[code] = (count[code] ?? 0) + 1;
        expect(expectedReasons, `${file}: ${diagnostics.map(formatDiagnostic).join('\n')}`).to.include.members(codes);
        continue;
      }
      count['injected'] = (count['injected'] ?? 0) + 1;
      expect(uninjected(outputs[0] ?? ''), file).to.equal(text);
      const before = join(folder.path, `${index}-before.yaml`);
      const after = join(folder.path, `${index}-after.yaml`);
      writeFileSync(before, text);
      writeFileSync(after, outputs[0] ?? '');
      pairs.push({ before, after, file });
    }
    const read = await readObjects(pairs.flatMap(({ before, after }) => [before, after]));
    for (const { before, after, file } of pairs) {
      const [was, is] = [read.get(before), read.get(after)];
      if (was === undefined || is === undefined || 'error' in was || 'error' in is)
        throw new Error(`${file}: the API server cannot read it`);
      expect(
        is.objects.map((object) => withoutDaps(object as JsonMap)),
        file,
      ).to.deep.equal(was.objects.map((object) => withoutDaps(object as JsonMap)));
      expect(JSON.stringify(is.objects), file).to.include('"name":"daps"');
    }
    folder.remove();
    process.stdout.write(`Dapr-enabled corpus: ${JSON.stringify(count)}\n`);
    expect(count['injected']).to.be.greaterThan(60);
  });

  it('the Dapr control plane itself comes out byte for byte', async () => {
    const dapr = (corpusFolders() ?? []).find((path) => path.includes('dapr/dapr@'));
    const chart = dapr === undefined ? undefined : join(dapr, 'charts/dapr');
    if (chart === undefined) throw new Error('the corpus has no Dapr chart; get it with: npm run tools');
    const bench = new Workbench();
    const rendered = await bench.run(toolPath('helm3') ?? '', [
      'template',
      'dapr',
      chart,
      '--namespace',
      'dapr-system',
      '--include-crds',
    ]);
    bench.dispose();
    expect(rendered.code, rendered.stderr).to.equal(0);
    expect(rendered.stdout).to.include('dapr.io/');
    const { outputs, diagnostics } = inject(rendered.stdout);
    expect(diagnostics.map(formatDiagnostic)).to.deep.equal([]);
    expect(outputs[0] === rendered.stdout).to.equal(true);
  });
});
