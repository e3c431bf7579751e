import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { listedRules } from '../../../cli/core/lint/listed-rules.ts';
import { bundle, type Ran, Workbench } from '../../support/cli/sandbox.ts';

const unquoted = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}   # the shop
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop}
      annotations:
        dapr.io/enabled: true
        dapr.io/app-id: shop
    spec:
      containers: [{name: shop, image: "registry.example/shop:1"}]
`;
const quoted = unquoted.replace('enabled: true', 'enabled: "true"');

describe('daps lint and daps rules, as users run them', () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.dispose());

  const daps = async (args: readonly string[], input?: string): Promise<Ran> =>
    bench.run(process.execPath, [bundle, ...args], input === undefined ? {} : { input });

  it('--fix writes the file, and exits 0 when nothing is left', async () => {
    const path = bench.write('shop.yaml', unquoted);
    const ran = await daps(['lint', '--fix', '--fail-on', 'warning', path]);
    expect(readFileSync(path, 'utf8')).to.equal(quoted);
    expect(ran.stderr).to.equal('daps lint: fixed 1 finding\n');
    expect(ran.code, ran.stdout).to.equal(0);
  });

  it('--fix of stdin prints the manifests on stdout and the findings on stderr', async () => {
    const { stdout, stderr } = await daps(['lint', '--fix'], unquoted);
    expect(stdout).to.equal(quoted);
    expect(stderr).to.include('daps lint: fixed 1 finding\n');
  });

  it('--fix --diff prints a diff and writes nothing', async () => {
    const path = bench.write('shop.yaml', unquoted);
    const { stdout } = await daps(['lint', '--fix', '--diff', path]);
    expect(readFileSync(path, 'utf8')).to.equal(unquoted);
    expect(stdout).to.include('-        dapr.io/enabled: true\n+        dapr.io/enabled: "true"\n');
    expect(stdout).to.include(`+++ ${path} (fixed)`);
  });

  it('--fix --dry-run writes nothing and says what it would fix', async () => {
    const path = bench.write('shop.yaml', unquoted);
    const { stderr } = await daps(['lint', '--fix', '--dry-run', path]);
    expect(readFileSync(path, 'utf8')).to.equal(unquoted);
    expect(stderr).to.include('daps lint: would fix 1 finding\n');
  });

  it('rules lists every rule with its severity', async () => {
    const { code, stdout } = await daps(['rules']);
    expect(code).to.equal(0);
    expect(stdout.trimEnd().split('\n')).to.have.length(listedRules.length);
    expect(stdout).to.match(/^rabbitmq-auto-ack +error {4}RabbitMQ keeps/m);
  });

  it('rules prints the list as JSON and as Markdown', async () => {
    const json = await daps(['rules', '--format', 'json']);
    expect(JSON.parse(json.stdout)).to.deep.equal(listedRules);
    const markdown = await daps(['rules', '--format', 'markdown']);
    expect(markdown.stdout.split('\n').filter((line) => line.startsWith('| `'))).to.have.length(listedRules.length);
  });

  it('rules ID prints the page of a rule, and of a problem of inject', async () => {
    expect((await daps(['rules', 'no-readiness'])).stdout).to.match(/^# no-readiness\n[\s\S]*## Good\n/);
    expect((await daps(['rules', 'windows'])).stdout).to.match(/^# windows\n[\s\S]*warning\[windows\]/);
  });

  it('rules names the nearest rule where there is none of that id', async () => {
    const { code, stdout, stderr } = await daps(['rules', 'no-readines']);
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.include('Did you mean no-readiness?');
  });
});
