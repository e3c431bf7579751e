import { join } from 'node:path';
import { expect } from 'chai';
import { byName, type JsonMap, objectsOf } from '../support/cli/kube-objects.ts';
import { Workbench } from '../support/cli/sandbox.ts';
import { needsTools, toolPath } from '../support/tools.ts';

interface Deployment {
  readonly name: string;
  readonly namespace?: string;
  readonly appId?: string;
}

const deployment = ({ name, namespace, appId }: Deployment): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:
  replicas: 2
  selector: {matchLabels: {app: x}}
  template:
    metadata:
      labels: {app: x}
${appId === undefined ? '' : `      annotations: {dapr.io/enabled: "true", dapr.io/app-id: ${appId}, dapr.io/app-port: "80", dapr.io/unix-domain-socket-path: /s, daps.io/grace-period: 60s}\n`}    spec:
      initContainers: [{name: first, image: i}]
      containers:
        - name: web
          image: a
          ports: [{containerPort: 80, name: http}]
        - {name: log, image: l}
`;

const merge = (podSpec: string): string =>
  `patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: ${podSpec}}}}'}]`;

/** What an overlay may do to manifests that are injected already. */
const overlays: Readonly<Record<string, string>> = {
  'a prefix': 'namePrefix: pre-',
  'a namespace': 'namespace: other',
  'other images, also of the daps sidecar':
    'images: [{name: daps/daps-sidecar, newName: mirror/daps, newTag: "9"}, {name: a, newTag: "2"}]',
  'labels everywhere': 'labels: [{pairs: {team: t}, includeTemplates: true, includeSelectors: true}]',
  'annotations everywhere': 'commonAnnotations: {x: "y"}',
  replicas: 'replicas: [{name: web, count: 5}]',
  'more containers': merge('{containers: [{name: extra, image: e}], initContainers: [{name: second, image: s}]}'),
  'containers in front':
    'patches: [{target: {kind: Deployment}, patch: \'[{"op": "add", "path": "/spec/template/spec/initContainers/0", "value": {"name": "zeroth", "image": "z"}}, {"op": "add", "path": "/spec/template/spec/containers/0", "value": {"name": "other", "image": "z"}}]\'}]',
  'a container less, and an environment': merge(
    '{containers: [{name: web, env: [{name: A, value: b}]}, {name: log, $patch: delete}]}',
  ),
  'a postStart hook': merge('{containers: [{name: web, lifecycle: {postStart: {exec: {command: [a]}}}}]}'),
  'more volumes': merge('{volumes: [{name: v, emptyDir: {}}]}'),
  'a longer grace period': merge('{terminationGracePeriodSeconds: 300}'),
  'a preStop hook': merge('{containers: [{name: web, lifecycle: {preStop: {httpGet: null, sleep: {seconds: 5}}}}]}'),
};

describe('kustomize overlays', function () {
  this.timeout(90_000);
  let bench: Workbench;
  before(function () {
    needsTools(this, 'kustomize', 'objects');
    bench = new Workbench();
    bench.link('kustomize', toolPath('kustomize') ?? '');
  });
  after(() => bench?.dispose());

  const build = async (folder: string, resources: string, more: string): Promise<string> => {
    bench.write(`${folder}/resources.yaml`, resources);
    bench.write(`${folder}/kustomization.yaml`, `resources: [resources.yaml]\n${more}\n`);
    const built = await bench.run('kustomize', ['build', join(bench.folder, folder)]);
    expect(built.code, built.stderr).to.equal(0);
    return built.stdout;
  };
  const daps = async (input: string, ...args: readonly string[]): Promise<string> => {
    const ran = await bench.run('daps', [...args, '--quiet'], { input });
    expect(ran.code, ran.stderr).to.equal(0);
    return ran.stdout;
  };
  const withoutStatus = (object: JsonMap | undefined): unknown =>
    JSON.parse(
      JSON.stringify(object ?? null).replaceAll(/"daps\.io\/status":"(?:[^"\\]|\\.)*"/g, '"daps.io/status":""'),
    );
  const sameObjects = async (actual: string, expected: string): Promise<void> => {
    const [found, wanted] = [byName(await objectsOf(actual)), byName(await objectsOf(expected))];
    expect([...found.keys()].sort()).to.deep.equal([...wanted.keys()].sort());
    for (const [name, object] of wanted)
      expect(withoutStatus(found.get(name)), name).to.deep.equal(withoutStatus(object));
  };

  for (const [name, overlay] of Object.entries(overlays)) {
    it(`after an overlay with ${name} injected manifests are as if injected last, and can be uninjected`, async () => {
      const plain = deployment({ name: 'web', appId: 'web' });
      const afterwards = await build('after', await daps(plain), overlay);
      const never = await build('never', plain, overlay);
      await sameObjects(await daps(afterwards, 'inject'), await daps(never, 'inject'));
      await sameObjects(await daps(afterwards, 'uninject'), never);
    });
  }

  for (const [name, pair] of Object.entries({
    'a dot in its name': [{ name: 'web.v1', appId: 'a' }, { name: 'webxv1' }],
    'a dot in its name, both of Dapr': [
      { name: 'web.v1', appId: 'a' },
      { name: 'webxv1', appId: 'b' },
    ],
    'a namesake in a namespace': [
      { name: 'web', appId: 'a' },
      { name: 'web', namespace: 'other' },
    ],
    'a namesake in a namespace, both of Dapr': [
      { name: 'web', appId: 'a' },
      { name: 'web', namespace: 'other', appId: 'b' },
    ],
    'a namesake with a longer name': [{ name: 'web', appId: 'a' }, { name: 'web-api' }],
  } satisfies Record<string, readonly Deployment[]>)) {
    it(`--emit=kustomize-patches: a patch for a Deployment with ${name} leaves the other one alone`, async () => {
      const plain = pair.map(deployment).join('---\n');
      const patched = await build('patched', plain, await daps(plain, '--emit=kustomize-patches'));
      const wanted = (await objectsOf(await daps(plain))).map((object) => JSON.stringify(withoutStatus(object))).sort();
      const found = (await objectsOf(patched)).map((object) => JSON.stringify(withoutStatus(object))).sort();
      expect(found.map((text) => JSON.parse(text))).to.deep.equal(wanted.map((text) => JSON.parse(text)));
    });
  }
});
