import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { byName, injectedNames, isInjected, objectsOf, templateOf } from '../support/cli/kube-objects.ts';
import { Workbench } from '../support/cli/sandbox.ts';
import { startDiscovery } from '../support/scenario/discovery-server.ts';
import { root } from '../support/sources.ts';
import { needsTools, toolPath } from '../support/tools.ts';

const chart = join(root, 'fixtures/example/chart');
const emptyChart = join(root, 'fixtures/example/empty-chart');
const workloads = ['CronJob/shop-report', 'Deployment/shop-web', 'StatefulSet/shop-orders'];

for (const major of [3, 4] as const) {
  describe(`Helm ${major}`, function () {
    this.timeout(120_000);
    let bench: Workbench;
    before(async function () {
      needsTools(this, major === 3 ? 'helm3' : 'helm4', 'objects');
      bench = new Workbench();
      bench.link('helm', toolPath(major === 3 ? 'helm3' : 'helm4') ?? '');
      const installed = await bench.run('daps', ['helm-plugin', 'install']);
      expect(installed, installed.stderr).to.include({ code: 0, stderr: '' });
    });
    after(() => bench?.dispose());
    const helm = (args: readonly string[], env: Record<string, string> = {}) => bench.run('helm', args, { env });
    const template = (...args: readonly string[]) =>
      helm(['template', 'shop', chart, '--namespace', 'shop', '--post-renderer', 'daps', ...args]);

    it('lists the plugin that was installed, and other plugins still work', async () => {
      const listed = await helm(['plugin', 'list']);
      expect(listed.code, listed.stderr).to.equal(0);
      expect(listed.stdout).to.match(/^daps\s/m);
    });

    it('template: the Dapr workloads are injected, everything else is the same object', async () => {
      const plain = await helm(['template', 'shop', chart, '--namespace', 'shop']);
      const rendered = await template();
      expect(rendered.code, rendered.stderr).to.equal(0);
      const objects = await objectsOf(rendered.stdout);
      expect(injectedNames(objects)).to.deep.equal(workloads);
      const after = byName(objects);
      for (const [name, object] of byName(await objectsOf(plain.stdout))) {
        const twin = after.get(name);
        expect(twin, name).not.to.equal(undefined);
        const isHook = name === 'Job/shop-migrate';
        if (!workloads.includes(name) && !isHook) expect(twin, name).to.deep.equal(object);
        if (isHook) {
          const native = JSON.stringify(twin).includes('"dapr.io/enable-native-sidecar":"true"');
          expect(native, 'Helm 3 never shows hooks to a post-renderer, Helm 4 does').to.equal(major === 4);
          expect(JSON.stringify(twin)).to.include('helm.sh/hook');
        }
      }
      expect(after.size).to.equal(byName(await objectsOf(plain.stdout)).size);
    });

    it('template: no annotation of the renderer reaches a pod template or the output', async () => {
      expect((await template()).stdout).not.to.include('postrenderer.helm.sh');
    });

    it('template: the pipe gives the same objects as the post-renderer', async () => {
      const plain = await helm(['template', 'shop', chart, '--namespace', 'shop', '--no-hooks']);
      const piped = await bench.run('daps', ['--quiet'], { input: plain.stdout });
      const posted = await template('--no-hooks');
      const expected = byName(await objectsOf(posted.stdout));
      const actual = byName(await objectsOf(piped.stdout));
      expect([...actual.keys()].sort()).to.deep.equal([...expected.keys()].sort());
      for (const [name, object] of expected) {
        const status = /"daps.io\/status":"(?:[^"\\]|\\.)*"/g;
        expect(JSON.stringify(actual.get(name)).replaceAll(status, ''), name).to.equal(
          JSON.stringify(object).replaceAll(status, ''),
        );
      }
    });

    it('template --show-only finds the injected template', async () => {
      const shown = await template('--show-only', 'templates/web-deployment.yaml');
      expect(shown.code, shown.stderr).to.equal(0);
      const objects = await objectsOf(shown.stdout);
      expect(injectedNames(objects)).to.deep.equal(['Deployment/shop-web']);
      expect(objects.length).to.equal(1);
    });

    it('install --dry-run=client shows the injected manifests', async () => {
      const { server, url } = await startDiscovery();
      const reach = ['--kube-apiserver', url, '--disable-openapi-validation'];
      const dry = await helm([
        'install',
        'shop',
        chart,
        '--namespace',
        'shop',
        '--dry-run=client',
        '--post-renderer',
        'daps',
        ...reach,
      ]);
      server.close();
      expect(dry.code, dry.stderr).to.equal(0);
      expect(dry.stdout.match(/name: "?daps"?$/gm)?.length).to.equal(3);
    });

    it('--post-renderer-args reach daps', async () => {
      const rendered = await template(
        '--post-renderer-args',
        ...(major === 3 ? ['inject', '--post-renderer-args'] : []),
        '--log-level=debug',
      );
      expect(rendered.code, rendered.stderr).to.equal(0);
      const web = byName(await objectsOf(rendered.stdout)).get('Deployment/shop-web');
      expect(JSON.stringify(web && templateOf(web))).to.include('{"name":"DAPS_LOG_LEVEL","value":"debug"}');
    });

    it('fails when daps fails, and the log file says why', async () => {
      const log = join(bench.folder, 'daps.log');
      const failed = await helm(['template', 'shop', chart, '--post-renderer', 'daps'], {
        DAPS_LOG_FILE: log,
        DAPS_READY_PATH: 'nope',
      });
      expect(failed.code).not.to.equal(0);
      expect(failed.stdout).not.to.include('kind:');
      expect(readFileSync(log, 'utf8')).to.include(
        'error[invalid-setting]: DAPS_READY_PATH is "nope"; it must start with "/" and hold no spaces. Write "/nope".',
      );
    });

    it('renders an empty chart', async () => {
      const rendered = await helm(['template', 'none', emptyChart, '--post-renderer', 'daps']);
      expect(rendered.code, rendered.stderr).to.equal(0);
      expect(await objectsOf(rendered.stdout)).to.deep.equal([]);
    });
  });
}

describe('daps helm-plugin install', function () {
  this.timeout(60_000);
  let bench: Workbench;
  before(function () {
    needsTools(this, 'helm3', 'helm4');
  });
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench?.dispose());

  it('refuses a Helm 4 plugin where a Helm 3 on PATH would load it, and puts nothing there', async () => {
    bench.link('helm', toolPath('helm4') ?? '');
    bench.link('helm3', toolPath('helm3') ?? '');
    const refused = await bench.run('daps', ['helm-plugin', 'install']);
    expect(refused.code).to.equal(2);
    expect(refused.stdout).to.equal('');
    expect(refused.stderr).to.include('Give Helm 4 a folder of its own').and.to.include('HELM_PLUGINS=');
    const folder = join(bench.folder, 'helm/data/plugins');
    expect(existsSync(folder) ? readdirSync(folder) : []).to.deep.equal([]);
  });

  it('does what it advises there: a folder of its own leaves Helm 3 working', async () => {
    bench.link('helm', toolPath('helm4') ?? '');
    bench.link('helm3', toolPath('helm3') ?? '');
    const env = { HELM_PLUGINS: join(bench.folder, 'plugins-4') };
    const shared = await bench.run('daps', ['helm-plugin', 'install'], { env });
    expect(shared.code, 'HELM_PLUGINS is set for both Helms here').to.equal(2);
    bench.link('helm3', '/bin/false');
    expect((await bench.run('daps', ['helm-plugin', 'install'], { env })).code).to.equal(0);
    bench.link('helm3', toolPath('helm3') ?? '');
    expect((await bench.run('helm', ['plugin', 'list'], { env })).stdout).to.match(/^daps\s/m);
    expect((await bench.run('helm3', ['plugin', 'list'])).code).to.equal(0);
  });

  it('Helm 3: helm daps works as a command', async () => {
    bench.link('helm', toolPath('helm3') ?? '');
    expect((await bench.run('daps', ['helm-plugin', 'install'])).code).to.equal(0);
    const version = await bench.run('helm', ['daps', '--version']);
    expect(version.stdout.trim(), version.stderr).to.match(/^\d+\.\d+\.\d+/);
  });

  it('says so when there is no Helm', async () => {
    const none = await bench.run('daps', ['helm-plugin', 'install', '--helm', 'helm-that-is-not-there']);
    expect(none).to.deep.include({ code: 2, stdout: '' });
    expect(none.stderr).to.equal(
      'error[no-helm]: there is no program "helm-that-is-not-there" on PATH. Install Helm, or name it: daps helm-plugin install --helm PATH\n',
    );
  });
});

describe('the example', () => {
  before(function () {
    needsTools(this, 'helm3', 'objects');
  });

  it('rendered.yaml is what Helm 3 renders of the chart', async () => {
    const bench = new Workbench();
    const rendered = await bench.run(toolPath('helm3') ?? '', ['template', 'shop', chart, '--namespace', 'shop']);
    bench.dispose();
    expect(rendered.stdout).to.equal(readFileSync(join(root, 'fixtures/example/rendered.yaml'), 'utf8'));
    expect((await objectsOf(rendered.stdout)).some(isInjected)).to.equal(false);
  });
});
