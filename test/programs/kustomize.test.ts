import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { byName, injectedNames, type JsonMap, objectsOf } from '../support/cli/kube-objects.ts';
import { Workbench } from '../support/cli/sandbox.ts';
import { root } from '../support/sources.ts';
import { needsTools, toolPath } from '../support/tools.ts';

const example = join(root, 'fixtures/example/kustomize');

const transformer = (spec: string): string => `apiVersion: daps.io/v1
kind: DapsInjector
metadata:
  name: daps
  annotations:
    config.kubernetes.io/function: |
      exec: {path: daps, args: [fn]}
${spec}`;

/** Kinds of several groups and shapes, for patches. */
const various = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: rollout
spec:
  template:
    metadata:
      labels: {app: rollout}
      annotations: {dapr.io/enabled: "true", dapr.io/app-id: rollout, dapr.io/app-port: "80"}
    spec:
      initContainers: [{name: wait, image: w}]
      containers:
        - {name: log, image: l}
        - name: app
          image: a
          lifecycle: {preStop: {sleep: {seconds: 3}}}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: cron
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      template:
        metadata:
          annotations: {dapr.io/enabled: "true", dapr.io/app-id: cron, dapr.io/app-port: "80", daps.io/grace-period: 90s}
        spec:
          restartPolicy: Never
          containers: [{name: app, image: a}]
---
apiVersion: v1
kind: Pod
metadata:
  name: pod
  annotations: {dapr.io/enabled: "true", dapr.io/app-port: "80", dapr.io/unix-domain-socket-path: /s}
spec:
  terminationGracePeriodSeconds: 60
  containers: [{name: app, image: a}]
`;

describe('kustomize', function () {
  this.timeout(120_000);
  let bench: Workbench;
  before(function () {
    needsTools(this, 'kustomize', 'objects', 'helm4', 'helm3');
    bench = new Workbench();
    bench.link('kustomize', toolPath('kustomize') ?? '');
  });
  after(() => bench?.dispose());

  const build = async (folder: string, ...flags: readonly string[]): Promise<string> => {
    const built = await bench.run('kustomize', ['build', ...flags, folder]);
    expect(built.code, built.stderr).to.equal(0);
    return built.stdout;
  };
  const daps = async (input: string, ...args: readonly string[]): Promise<string> => {
    const ran = await bench.run('daps', ['inject', '--quiet', ...args], { input });
    expect(ran.code, ran.stderr).to.equal(0);
    return ran.stdout;
  };
  /** A kustomization of some manifests, with more lines. */
  const kustomization = (name: string, manifests: string, more = ''): string => {
    bench.write(`${name}/resources.yaml`, manifests);
    bench.write(`${name}/kustomization.yaml`, `resources: [resources.yaml]\n${more}`);
    return join(bench.folder, name);
  };
  const sameObjects = (actual: readonly JsonMap[], expected: readonly JsonMap[]): void => {
    const wanted = byName(expected);
    const found = byName(actual);
    expect([...found.keys()].sort()).to.deep.equal([...wanted.keys()].sort());
    for (const [name, object] of wanted) expect(found.get(name), name).to.deep.equal(object);
  };

  it('kustomize build | daps injects the Dapr workloads', async () => {
    const plain = await build(example);
    const objects = await objectsOf(await daps(plain));
    expect(injectedNames(objects).length).to.be.greaterThan(0);
    expect(objects.length).to.equal((await objectsOf(plain)).length);
  });

  const functionOf = (name: string, spec: string): string => {
    const folder = bench.copy(example, name);
    const file = join(folder, 'kustomization.yaml');
    bench.write(`${name}/kustomization.yaml`, `${readFileSync(file, 'utf8')}\ntransformers: [daps.yaml]\n`);
    bench.write(`${name}/daps.yaml`, transformer(spec));
    return folder;
  };

  it('as a KRM function daps injects the same, and comments stay where kustomize keeps them', async () => {
    const built = await build(functionOf('fn', ''), '--enable-alpha-plugins', '--enable-exec');
    const piped = await daps(await build(example));
    const status = /"daps.io\/status":"(?:[^"\\]|\\.)*"/g;
    const withoutStatus = async (text: string) =>
      (await objectsOf(text)).map(
        (object) => JSON.parse(JSON.stringify(object).replaceAll(status, '"daps.io/status":""')) as JsonMap,
      );
    sameObjects(await withoutStatus(built), await withoutStatus(piped));
    const comments = (text: string) => [...text.matchAll(/#.*$/gm)].map(([comment]) => comment).sort();
    expect(comments(built)).to.deep.equal(comments(await build(example)));
    expect(built).not.to.match(/config\.kubernetes\.io|config\.k8s\.io/);
  });

  it('takes settings from the function configuration', async () => {
    const built = await build(
      functionOf('fn-settings', 'spec:\n  logLevel: debug\n'),
      '--enable-alpha-plugins',
      '--enable-exec',
    );
    expect(built).to.match(/name: "?DAPS_LOG_LEVEL"?\n\s+value: "?debug"?/);
  });

  it('an error of the function fails the build and shows our words', async () => {
    const folder = functionOf('fn-wrong', 'spec:\n  redyPath: /x\n');
    const failed = await bench.run('kustomize', ['build', '--enable-alpha-plugins', '--enable-exec', folder]);
    expect(failed.code).not.to.equal(0);
    expect(failed.stdout).to.equal('');
    expect(failed.stderr).to.include('there is no setting redyPath (functionConfig). Did you mean readyPath?');
  });

  const resourceList = (item: string, config = ''): string =>
    `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n${config}items:\n- ${item.replaceAll('\n', '\n  ').trimEnd()}\n`;
  const pod = (annotations: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations: {dapr.io/enabled: "true", ${annotations}}\nspec:\n  containers:\n  - name: app\n    image: a`;

  it('plain daps takes a ResourceList for what it is, with a ConfigMap as configuration', async () => {
    const input = resourceList(
      pod('dapr.io/app-port: "80"'),
      'functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c}\n  data:\n    readyPath: /ready\n',
    );
    for (const args of [[], ['fn']]) {
      const ran = await bench.run('daps', args, { input });
      expect(ran.code, ran.stderr).to.equal(0);
      expect(ran.stdout).to.include('http://127.0.0.1:80/ready').and.not.to.include('results:');
    }
  });

  it('an error leaves the items as they were and adds results', async () => {
    const input = resourceList(pod('dapr.io/app-port: "70000"'));
    const ran = await bench.run('daps', ['fn'], { input });
    expect(ran.code).to.equal(3);
    expect(ran.stdout.startsWith(input.trimEnd())).to.equal(true);
    const [result] = (await objectsOf(`${ran.stdout}`.replace('kind: ResourceList', 'kind: Results'))).map(
      (list) => (list['results'] as JsonMap[])[0],
    );
    expect(result).to.deep.include({
      severity: 'error',
      resourceRef: { apiVersion: 'v1', kind: 'Pod', name: 'p' },
      field: { path: 'metadata.annotations[dapr.io/app-port]' },
      tags: { code: 'invalid-app-port' },
    });
  });

  it('daps fn refuses plain manifests', async () => {
    const ran = await bench.run('daps', ['fn'], { input: pod('dapr.io/app-port: "80"') });
    expect(ran).to.deep.include({ code: 3, stdout: '' });
    expect(ran.stderr).to.include('error[not-a-resource-list]');
  });

  for (const [name, manifests] of [
    ['the example', () => build(example)],
    ['a Rollout, a CronJob and a Pod', async () => various],
    [
      'the example chart',
      async () =>
        (await bench.run(toolPath('helm3') ?? '', ['template', 'shop', join(root, 'fixtures/example/chart')])).stdout,
    ],
  ] as const) {
    it(`--emit=kustomize-patches: real kustomize makes the same objects of ${name}`, async () => {
      const plain = await build(kustomization('plain', await manifests()));
      const patches = await daps(plain, '--emit=kustomize-patches');
      expect(patches).to.match(/^patches:\n {2}- target:/);
      const patched = await build(kustomization('patched', plain, patches));
      sameObjects(await objectsOf(patched), await objectsOf(await daps(plain)));
    });

    it(`${name}: what kustomize or Helm 4 has written anew is injected once, and comes out again`, async () => {
      const plain = await build(kustomization('again-plain', await manifests()));
      const rewritten = await build(kustomization('again', await daps(plain)));
      expect(await daps(rewritten), 'injected twice').to.equal(rewritten);
      const clean = await bench.run('daps', ['uninject', '--quiet'], { input: rewritten });
      sameObjects(await objectsOf(clean.stdout), await objectsOf(plain));
    });
  }

  it('a Helm 4 round trip changes nothing either', async () => {
    const plain = await build(example);
    const chart = bench.folder;
    bench.write('rewrite/Chart.yaml', 'apiVersion: v2\nname: rewrite\nversion: 1.0.0\n');
    bench.write('rewrite/templates/all.yaml', (await daps(plain)).replaceAll('{{', '{{"{{"}}'));
    bench.link('helm', toolPath('helm4') ?? '');
    expect((await bench.run('daps', ['helm-plugin', 'install'])).code).to.equal(0);
    const rendered = await bench.run('helm', ['template', 'r', join(chart, 'rewrite'), '--post-renderer', 'daps']);
    expect(rendered.code, rendered.stderr).to.equal(0);
    sameObjects(await objectsOf(rendered.stdout), await objectsOf(await daps(plain)));
    const clean = await bench.run('daps', ['uninject', '--quiet'], { input: rendered.stdout });
    sameObjects(await objectsOf(clean.stdout), await objectsOf(plain));
  });
});
