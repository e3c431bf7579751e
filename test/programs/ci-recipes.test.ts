import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import { parse } from 'yaml';
import { Workbench } from '../support/cli/sandbox.ts';
import { root } from '../support/sources.ts';
import { needsTools, toolPath } from '../support/tools.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const install = 'npm install --global daps';

/** The command of each recipe that runs daps. */
const github: string = parse(read('fixtures/ci/github-actions.yaml'))
  .jobs.lint.steps.map(({ run }: { run?: string }) => run ?? '')
  .find((run: string) => run.includes('daps lint'));
const gitlab = parse(read('fixtures/ci/gitlab-ci.yaml'))['daps-lint'];
const [hook] = parse(read('.pre-commit-hooks.yaml'));
const used = parse(read('fixtures/ci/pre-commit-config.yaml')).repos[0].hooks[0];
const make = /^lint:\n\t(.*)$/m.exec(read('fixtures/ci/Makefile'))?.[1] ?? '';

const component = (autoAck: string): string => `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: orders}
spec:
  type: pubsub.rabbitmq
  version: v1
  metadata:
    - name: autoAck
      value: "${autoAck}"
`;

describe('the recipes for CI', function () {
  this.timeout(120_000);
  let bench: Workbench;
  before(function () {
    needsTools(this, 'helm4');
    bench = new Workbench();
    bench.link('helm', toolPath('helm4') ?? '');
    bench.copy(join(root, 'fixtures/example/chart'), 'chart');
  });
  after(() => bench?.dispose());

  /** Runs a command on a chart and a folder of manifests, without a mistake and with one. */
  const runBoth = async (command: string): Promise<readonly [number | undefined, number | undefined, string]> => {
    const run = () => bench.run('bash', ['-eo', 'pipefail', '-c', command]);
    bench.write('manifests/pubsub.yaml', component('false'));
    const chart = readFileSync(join(root, 'fixtures/example/chart/templates/pubsub-component.yaml'), 'utf8');
    const template = bench.write('chart/templates/pubsub-component.yaml', chart);
    const clean = await run();
    bench.write('manifests/pubsub.yaml', component('true'));
    appendFileSync(template, `---\n${component('true')}`);
    const found = await run();
    return [clean.code, found.code, found.stdout + found.stderr];
  };

  it('GitHub: annotations name the template, and there is SARIF to upload', async () => {
    const [clean, found, output] = await runBoth(github);
    expect([clean, found], output).to.deep.equal([0, 1]);
    expect(output).to.match(/^::error file=chart\/templates\/pubsub-component\.yaml,line=\d+,col=\d+,title=/m);
    const { steps } = parse(read('fixtures/ci/github-actions.yaml')).jobs.lint;
    const file = steps.find(({ uses = '' }: { uses?: string }) => uses.includes('upload-sarif')).with.sarif_file;
    expect(JSON.parse(readFileSync(join(bench.folder, file), 'utf8')).version).to.equal('2.1.0');
    expect(steps.map(({ run }: { run?: string }) => run)).to.include(install);
  });

  it('GitHub: a chart that cannot be rendered fails the job', async () => {
    bench.write('chart/templates/broken.yaml', '{{ fail "on purpose" }}\n');
    const ran = await bench.run('bash', ['-eo', 'pipefail', '-c', github]);
    bench.write('chart/templates/broken.yaml', '');
    expect(ran.code).not.to.equal(0);
  });

  it('GitLab: JUnit is where the job looks for it', async () => {
    const [clean, found, output] = await runBoth(gitlab.script.join('\n'));
    expect([clean, found], output).to.deep.equal([0, 1]);
    const xml = readFileSync(join(bench.folder, gitlab.artifacts.reports.junit), 'utf8');
    expect(new XMLParser({ ignoreAttributes: false }).parse(xml).testsuites['@_failures']).to.equal('1');
    expect(gitlab.before_script).to.include(install);
  });

  it('pre-commit: the hook reads all of the folder', async () => {
    expect(used.id).to.equal(hook.id);
    expect(hook['pass_filenames']).to.equal(false);
    for (const args of [hook.args, used.args]) {
      const [clean, found, output] = await runBoth([hook.entry, ...args].join(' '));
      expect([clean, found], output).to.deep.equal([0, 1]);
    }
  });

  it('make: a target', async () => {
    const [clean, found, output] = await runBoth(make);
    expect([clean, found], output).to.deep.equal([0, 1]);
    expect(output).to.include(', from chart/templates/pubsub-component.yaml:');
    if (!existsSync('/usr/bin/make')) return;
    const ran = await bench.run('make', ['-f', join(root, 'fixtures/ci/Makefile'), 'lint']);
    expect(ran.code, ran.stderr).to.equal(2);
  });

  it('schemas are printed', async () => {
    for (const [args, title] of [
      [[], '.daps.yaml'],
      [['lint'], 'daps lint --output=json'],
    ] as const) {
      const ran = await bench.run('daps', ['schema', ...args]);
      expect(ran).to.include({ code: 0, stderr: '' });
      expect(JSON.parse(ran.stdout).title).to.equal(title);
    }
    expect((await bench.run('daps', ['schema', 'nothing'])).code).to.equal(2);
  });
});
