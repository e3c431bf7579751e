import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { at, byName, isInjected, objectsOf } from '../support/cli/kube-objects.ts';
import { bundle, Workbench } from '../support/cli/sandbox.ts';
import { root } from '../support/sources.ts';
import { needsTools, toolPath } from '../support/tools.ts';

const chart = join(root, 'fixtures/example/chart');

/** A chart as a checkout on Windows has it. */
const windowsDeployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-id: web
        dapr.io/app-port: "8080"
    spec:
      containers:
        - name: web
          image: web
          lifecycle:
            preStop:
              httpGet:
                path: /bye
                port: 8080
`.replaceAll('\n', '\r\n');

for (const major of [3, 4] as const) {
  describe(`the plugin of Helm ${major}`, function () {
    this.timeout(60_000);
    let bench: Workbench;
    const folder = () => join(bench.folder, 'some plugins');
    const env = () => ({ HELM_PLUGINS: folder() });
    const helm = (...args: readonly string[]) => bench.run('helm', args, { env: env() });
    before(async function () {
      needsTools(this, major === 3 ? 'helm3' : 'helm4', 'objects');
      bench = new Workbench();
      bench.link('helm', toolPath(major === 3 ? 'helm3' : 'helm4') ?? '');
      const installed = await bench.run('daps', ['helm-plugin', 'install'], { env: env() });
      expect(installed, installed.stderr).to.include({ code: 0, stderr: '' });
      expect(installed.stdout).to.include(folder());
    });
    after(() => bench?.dispose());

    it('is a manifest and the bundle, and nothing else', () => {
      const files = readdirSync(folder(), { recursive: true, encoding: 'utf8' }).sort();
      expect(files).to.deep.equal(['daps', 'daps/dist', 'daps/dist/daps.mjs', 'daps/plugin.yaml']);
      expect(readFileSync(join(folder(), 'daps/dist/daps.mjs')).equals(readFileSync(bundle))).to.equal(true);
    });

    it('leaves other plugins and every command of Helm working', async () => {
      for (const command of [
        ['plugin', 'list'],
        ['version'],
        ['env'],
        ['repo', 'list', '--output', 'json'],
        ['lint', chart],
      ]) {
        const ran = await helm(...command);
        expect(ran.stderr, command.join(' ')).not.to.match(/failed to load plugins|unknown field/);
      }
      expect((await helm('plugin', 'list')).stdout).to.match(/^daps\s/m);
    });

    it('can be installed again', async () => {
      const again = await bench.run('daps', ['helm-plugin', 'install'], { env: env() });
      expect(again).to.include({ code: 0, stderr: '' });
    });

    it('hooks keep their annotations, and a test pod is the same', async () => {
      const args = ['template', 'shop', chart, '--namespace', 'shop'];
      const plain = byName(await objectsOf((await helm(...args)).stdout));
      const after = byName(await objectsOf((await helm(...args, '--post-renderer', 'daps')).stdout));
      expect(after.get('Pod/shop-smoke')).to.deep.equal(plain.get('Pod/shop-smoke'));
      const job = after.get('Job/shop-migrate');
      expect(at(job, 'metadata')).to.deep.equal(at(plain.get('Job/shop-migrate'), 'metadata'));
      expect(job !== undefined && isInjected(job), 'it has no app-port').to.equal(false);
      expect(at(job, 'spec', 'template', 'metadata', 'annotations', 'dapr.io/enable-native-sidecar')).to.equal(
        major === 4 ? 'true' : undefined,
      );
    });

    it('every document still says which template it is from', async () => {
      const rendered = await helm('template', 'shop', chart, '--post-renderer', 'daps');
      const sources = [...rendered.stdout.matchAll(/^# Source: (.+)$/gm)].map(([, source]) => source);
      const plain = await helm('template', 'shop', chart);
      expect(sources.sort()).to.deep.equal(
        [...plain.stdout.matchAll(/^# Source: (.+)$/gm)].map(([, source]) => source).sort(),
      );
    });

    it('a chart with CRLF line ends is injected once, and comes out again byte for byte', async () => {
      bench.write('windows/Chart.yaml', 'apiVersion: v2\nname: windows\nversion: 1.0.0\n');
      bench.write('windows/templates/web.yaml', windowsDeployment);
      const plain = await helm('template', 'w', join(bench.folder, 'windows'));
      const posted = await helm('template', 'w', join(bench.folder, 'windows'), '--post-renderer', 'daps');
      expect((await objectsOf(posted.stdout)).map(isInjected), posted.stderr).to.deep.equal([true]);
      const once = await bench.run('daps', ['--quiet'], { input: plain.stdout });
      const twice = await bench.run('daps', ['--quiet'], { input: once.stdout });
      const never = await bench.run('daps', ['uninject', '--quiet'], { input: once.stdout });
      expect(twice.stdout).to.equal(once.stdout);
      expect(never.stdout).to.equal(plain.stdout);
    });
  });
}

describe('daps helm-plugin install, where it cannot', function () {
  this.timeout(60_000);
  let bench: Workbench;
  before(function () {
    needsTools(this, 'helm3', 'helm4');
  });
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench?.dispose());

  it('there is no Helm on PATH', async () => {
    const named = await bench.run('daps', ['helm-plugin', 'install'], { env: { PATH: bench.bin } });
    expect(named).to.deep.include({ code: 2, stdout: '' });
    expect(named.stderr).to.include('there is no program "helm" on PATH');
  });

  it('the folder of the plugin cannot be made', async () => {
    bench.link('helm', toolPath('helm3') ?? '');
    writeFileSync(join(bench.folder, 'plugins'), 'a file');
    const failed = await bench.run('daps', ['helm-plugin', 'install'], {
      env: { HELM_PLUGINS: join(bench.folder, 'plugins') },
    });
    expect(failed).to.deep.include({ code: 2, stdout: '' });
    expect(failed.stderr).to.include(join(bench.folder, 'plugins')).and.not.to.include('bug in daps');
  });

  for (const major of [3, 4] as const) {
    it(`Helm ${major} would split the path of the only Node that will do`, async () => {
      bench.link('helm', toolPath(major === 3 ? 'helm3' : 'helm4') ?? '');
      const spaced = bench.copy(process.execPath, 'no de/node');
      bench.link('node', '/bin/false');
      const refused = await bench.run(spaced, [bundle, 'helm-plugin', 'install']);
      expect(refused.code, 'installed, but Helm cannot start it').to.equal(2);
      expect(refused.stdout).to.equal('');
    });
  }
});
