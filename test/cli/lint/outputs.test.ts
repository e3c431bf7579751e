import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import { Workbench } from '../../support/cli/sandbox.ts';

const component = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: orders}
spec:
  type: pubsub.rabbitmq
  version: v1
  metadata:
    - {name: autoAck, value: "true"}
`;
const clean = component.replace('"true"', '"false"');
const unreadable = 'a: dapr.io/enabled\n b: [\n';

/** What tells that a text is one whole document of its format. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  text: (text) => expect(text).to.match(/^daps lint: .+\n$/m),
  json: (text) => JSON.parse(text),
  sarif: (text) => JSON.parse(text),
  github: (text) => expect(text).to.match(/^(::(error|warning|notice) .*\n)*daps lint: .+\n$/),
  junit: (text) => new XMLParser().parse(text, true),
};

describe('daps lint --output', () => {
  let bench: Workbench;
  before(() => {
    bench = new Workbench();
    bench.write('clean.yaml', clean);
    bench.write('bad.yaml', component);
    bench.write('broken.yaml', unreadable);
  });
  after(() => bench?.dispose());
  const lint = (...args: readonly string[]) => bench.run('daps', ['lint', ...args]);

  for (const [format, read] of Object.entries(readers))
    it(`${format}: exits 0, 1, 2 and 3, and stdout is whole but for 2`, async () => {
      for (const [file, code] of [
        ['clean.yaml', 0],
        ['bad.yaml', 1],
        ['broken.yaml', 3],
      ] as const) {
        const ran = await lint(file, `--output=${format}`);
        expect(ran, ran.stderr).to.include({ code, stderr: '' });
        read(ran.stdout);
        if (code > 0) expect(ran.stdout).to.include(code === 1 ? 'rabbitmq-auto-ack' : 'malformed-yaml');
      }
      const wrong = await lint('bad.yaml', `--output=${format}`, '--rule=nothing=off');
      expect(wrong).to.include({ code: 2, stdout: '' });
      expect(wrong.stderr).to.include('error[unknown-rule]');
    });

  it('has a result for an input that is no text', async () => {
    const ran = await bench.run('daps', ['lint', '--output=sarif'], { input: Buffer.from([0x61, 0xff]) });
    expect(ran.code).to.equal(3);
    expect(JSON.parse(ran.stdout).runs[0].results[0].ruleId).to.equal('not-utf8');
  });

  it('follows --fail-on', async () =>
    expect((await lint('bad.yaml', '--fail-on=note', '--rule=rabbitmq-auto-ack=note', '--output=json')).code).to.equal(
      1,
    ));

  it('writes several formats at once, text on stdout where nothing else is', async () => {
    const ran = await lint('bad.yaml', '--output=sarif=out/daps.sarif', '--output', 'junit=out/junit.xml');
    expect(ran.code).to.equal(1);
    readers['text']?.(ran.stdout);
    for (const [format, file] of [
      ['sarif', 'out/daps.sarif'],
      ['junit', 'out/junit.xml'],
    ] as const)
      readers[format]?.(readFileSync(join(bench.folder, file), 'utf8'));
    const second = await lint('bad.yaml', '--output=github', '--output=text=out/lint.txt');
    readers['github']?.(second.stdout);
    expect(readFileSync(join(bench.folder, 'out/lint.txt'), 'utf8')).to.equal(ran.stdout);
  });

  it('writes no colors into a file, and --quiet no summary on stdout', async () => {
    const ran = await lint('bad.yaml', '--color=always', '--quiet', '--output=text', '--output=text=plain.txt');
    expect(ran.stdout).to.include('\u001b[31merror[rabbitmq-auto-ack]').and.not.to.include('daps lint: 1 error');
    expect(readFileSync(join(bench.folder, 'plain.txt'), 'utf8')).not.to.include('\u001b');
  });

  it('refuses an unknown format, two on stdout, and a file that cannot be written', async () => {
    const unknown = await lint('bad.yaml', '--output=xml');
    expect(unknown).to.include({
      code: 2,
      stdout: '',
      stderr:
        'error[invalid-setting]: --output is "xml"; it must be FORMAT or FORMAT=FILE, FORMAT one of text, json, sarif, github, junit. Write "sarif=daps.sarif".\ndaps: 1 error, nothing written\n',
    });
    const two = await lint('bad.yaml', '--output=json', '--output=sarif');
    expect(two).to.include({ code: 2, stdout: '' });
    expect(two.stderr).to.include('Write "sarif=FILE".');
    mkdirSync(join(bench.folder, 'folder'));
    const unwritable = await lint('bad.yaml', '--output=json=folder');
    expect(unwritable).to.include({ code: 2, stdout: '' });
    expect(unwritable.stderr).to.include('error[unwritable-file]: folder cannot be written: it is a folder');
  });

  it('starts at zero with a baseline, and says when that is broken', async () => {
    const written = await lint('bad.yaml', '--write-baseline=daps-baseline.json');
    expect(written.code).to.equal(0);
    expect(written.stdout).to.match(/^daps lint: no findings in 0 Dapr workloads; \d+ in the baseline\n$/);
    expect((await lint('bad.yaml', '--baseline=daps-baseline.json')).stdout).to.equal(written.stdout);
    const gone = await lint('clean.yaml', '--baseline=daps-baseline.json', '--fail-on=error');
    expect(gone.code).to.equal(0);
    expect(gone.stdout).to.match(/1 entry of the baseline is gone: write it again\n$/);
    const broken = await lint('bad.yaml', '--baseline=bad.yaml');
    expect(broken).to.include({ code: 2, stdout: '' });
    expect(broken.stderr).to.include(
      'error[malformed-baseline]: bad.yaml is no baseline of daps lint: it is not a JSON object',
    );
    const missing = await lint('bad.yaml', '--baseline=none.json');
    expect(missing.code).to.equal(2);
    expect(missing.stderr).to.include('none.json is no baseline of daps lint: there is no such file');
  });

  it('names a folder that is no chart', async () => {
    const ran = await lint('bad.yaml', '--chart-dir=folder');
    expect(ran).to.include({ code: 2, stdout: '' });
    expect(ran.stderr).to.include('--chart-dir is "folder"; it must be the folder of a chart');
  });
});
