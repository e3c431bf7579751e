import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bundle, type Ran, Workbench } from '../../support/cli/sandbox.ts';
import { root } from '../../support/sources.ts';

const example = join(root, 'fixtures/example/rendered.yaml');
const manifests = readFileSync(example, 'utf8');

describe('daps explain, the process', () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.dispose());

  const run = (args: readonly string[], input?: string): Promise<Ran> =>
    bench.run(process.execPath, [bundle, 'explain', ...args], input === undefined ? {} : { input });
  const titlesOf = ({ stdout }: Ran): readonly string[] => stdout.match(/^.*, with (?:daps|plain Dapr)$/gm) ?? [];

  it('shows all Dapr workloads of stdin', async () => {
    const ran = await run([], manifests);
    expect({ code: ran.code, stderr: ran.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(titlesOf(ran)).to.deep.equal([
      'Deployment/shop-web, with daps',
      'StatefulSet/shop-orders, with daps',
      'CronJob/shop-report, with daps',
      'Job/shop-migrate, with daps',
    ]);
  });

  for (const asked of ['shop-web', 'Deployment/shop-web', 'deployment/*-web', '*/shop-web', '*web'])
    it(`shows the one that ${asked} names, of a file`, async () => {
      expect(titlesOf(await run([asked, '-f', example]))).to.deep.equal(['Deployment/shop-web, with daps']);
    });

  it('a namespace may be named, and files repeated', async () => {
    const [a, b] = ['one', 'two'].map((namespace) =>
      bench.write(
        `${namespace}.yaml`,
        manifests.replaceAll('metadata:\n  name: shop-web', `metadata:\n  name: shop-web\n  namespace: ${namespace}`),
      ),
    );
    const ran = await run(['Deployment/two/shop-web', '-f', a ?? '', '-f', b ?? '', '--plain']);
    expect(titlesOf(ran)).to.deep.equal([
      'Deployment/two/shop-web, with daps',
      'Deployment/two/shop-web, with plain Dapr',
    ]);
  });

  it('takes the settings of inject', async () => {
    const { stdout } = await run(['shop-report', '-f', example, '--pre-stop-delay=8s']);
    expect(stdout).to.include('pre-stop-delay 8s').and.to.include('8 +8s');
  });

  for (const [format, begin] of [
    ['svg', '<svg '],
    ['mermaid', '## '],
    ['json', '{\n  "schemaVersion": 1'],
  ] as const)
    it(`--format ${format}`, async () => {
      const { code, stdout } = await run(['--format', format, '-f', example]);
      expect(code).to.equal(0);
      expect(stdout.startsWith(begin)).to.equal(true);
    });

  const refused: readonly (readonly [string, readonly string[], string | undefined, number, string])[] = [
    [
      'an unknown workload names the nearest',
      ['Deployment/shop-wep', '-f', example],
      undefined,
      2,
      'error[unknown-workload]: no Dapr workload of the input is called "Deployment/shop-wep". Did you mean Deployment/shop-web?',
    ],
    ['or its name alone', ['shop-wep', '-f', example], undefined, 2, 'Did you mean shop-web?'],
    [
      'or all there are',
      ['frontend', '-f', example],
      undefined,
      2,
      'There are: Deployment/shop-web, StatefulSet/shop-orders, CronJob/shop-report, Job/shop-migrate.',
    ],
    [
      'an unknown format is one of usage',
      ['--format', 'png'],
      manifests,
      2,
      "argument 'png' is invalid. Allowed choices are text, svg, mermaid, json.",
    ],
    [
      'an invalid setting',
      ['--pre-stop-delay=soon'],
      manifests,
      2,
      'error[invalid-setting]: --pre-stop-delay is "soon"',
    ],
    ['a file that is not there', ['-f', 'absent.yaml'], undefined, 2, 'error[unreadable-file]'],
    ['a document that cannot be read', [], 'a: [\n# dapr.io/enabled\n', 3, 'error[malformed-yaml]'],
    [
      'a workload that inject refuses',
      [],
      manifests.replace('dapr.io/app-port: "3000"', 'dapr.io/app-port: "99999"'),
      3,
      'error[invalid-app-port] CronJob/shop-report',
    ],
  ];
  for (const [what, args, input, code, words] of refused)
    it(`${what} (exit ${code})`, async () => {
      const ran = await run(args, input);
      expect({ code: ran.code, stdout: ran.stdout }, ran.stderr).to.deep.equal({ code, stdout: '' });
      expect(ran.stderr)
        .to.include(words)
        .and.not.match(/\n\s+at /);
    });

  it('what is wrong with another workload is no matter', async () => {
    const broken = manifests.replace('dapr.io/app-port: "3000"', 'dapr.io/app-port: "99999"');
    expect(titlesOf(await run(['shop-web'], broken))).to.deep.equal(['Deployment/shop-web, with daps']);
  });

  it('nothing of Dapr is nothing to show', async () => {
    const nothing = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';
    const words = 'daps: no Dapr-enabled workloads found\n';
    expect(await run([], nothing)).to.deep.equal({ code: 0, stdout: '', stderr: words });
    expect(JSON.parse((await run(['--format=json'], nothing)).stdout)).to.deep.equal({
      schemaVersion: 1,
      timelines: [],
    });
  });
});
