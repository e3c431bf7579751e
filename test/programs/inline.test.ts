import { dirname } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { env } from '../../proxy/contract/names.ts';
import { inject, injected, uninjected } from '../support/cli/daps.ts';
import { expectedText, type Fixture, readFixtures } from '../support/cli/golden.ts';
import { at, type Json, type JsonMap, objectsOf, templateOf } from '../support/cli/kube-objects.ts';
import { askInjector } from '../support/dapr/oracle.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { checkWithApiServer, needsTools, toolPath } from '../support/tools.ts';

const fixtures = readFixtures('inject').filter(({ name }) => name.startsWith('inline'));

const podOf = (object: JsonMap): JsonMap => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...(at(templateOf(object), 'metadata') as JsonMap), name: 'x-1', namespace: 'shop' },
  spec: at(templateOf(object), 'spec') ?? {},
});

const injectedText = (name: string): string => {
  const fixture = fixtures.find((one) => one.name === name);
  if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
  return expectedText(fixture);
};

/** The objects, but for the status: what was an alias or an empty map is not one any more. */
const meaningOf = async (text: string): Promise<unknown> =>
  JSON.parse(
    JSON.stringify(await objectsOf(text), (key, value: unknown) => (key === 'daps.io/status' ? 'a status' : value)),
  );

const namesIn = (pod: Json | undefined, list: string): readonly string[] =>
  ((at(pod, 'spec', list) ?? []) as readonly JsonMap[]).map(({ name }) => String(name));

/** A Pod's service account is filled in by an admission plugin, before the check that is made here without it. */
const unadmitted = 'serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set';

describe('pods with daprd inline', function () {
  this.timeout(120_000);
  const folder = openTempFolder();
  before(function () {
    needsTools(this, 'objects', 'apicheck', 'kustomize', 'injector', 'injector-1.16');
  });
  after(() => folder.remove());

  const injectedPods = async (some: readonly Fixture[]): Promise<readonly JsonMap[]> => {
    const objects = await Promise.all(some.map((fixture) => objectsOf(expectedText(fixture))));
    return objects
      .flat()
      .filter((object) => namesIn(templateOf(object), 'initContainers').includes('daprd'))
      .map(podOf);
  };

  for (const how of ['create', 'apply'] as const)
    it(`${how}: the API server has nothing against them that it did not have before`, async () => {
      const files = fixtures.map((fixture) => ({
        name: fixture.name,
        before: folder.write(`${how}-${fixture.name}-before.yaml`, fixture.input),
        after: folder.write(`${how}-${fixture.name}-after.yaml`, expectedText(fixture)),
      }));
      const verdicts = await checkWithApiServer(
        files.flatMap(({ before, after }) => [before, after]),
        how,
      );
      for (const { name, before, after } of files) {
        const known = verdicts.get(before) ?? [];
        const found = (verdicts.get(after) ?? ['no verdict']).filter((problem) => !known.includes(problem));
        expect(
          found.filter((problem) => !problem.includes(unadmitted)),
          name,
        ).to.deep.equal([]);
      }
    });

  /** Whether the sidecar's environment says that the kubelet ends daprd first. */
  const isDaprdBehind = (containers: readonly JsonMap[]): boolean =>
    containers.some(({ env: variables }) =>
      ((variables ?? []) as readonly JsonMap[]).some(({ name, value }) => name === env.daprd && value === 'injector'),
    );

  it('have their sidecars in the order they are to start in', async () => {
    const pods = await injectedPods(fixtures);
    expect(pods.length).to.be.greaterThan(15);
    for (const pod of pods) {
      const names = namesIn(pod, 'initContainers');
      const hasApp = at(pod, 'metadata', 'annotations', 'dapr.io/app-port') !== undefined;
      const all = at(pod, 'spec', 'initContainers') as readonly JsonMap[];
      const both = isDaprdBehind(all) ? ['daps', 'daprd'] : ['daprd', 'daps'];
      const own = hasApp ? both : ['daprd'];
      const first = names.indexOf(own[0] ?? '');
      expect(names.slice(first, first + own.length)).to.deep.equal(own);
      const isComponent = ({ env }: JsonMap): boolean =>
        ((env ?? []) as readonly JsonMap[]).some(({ name }) => name === 'DAPR_COMPONENT_SOCKETS_FOLDER');
      const components = all.slice(0, first).filter(isComponent);
      expect(all.slice(first - components.length, first)).to.deep.equal(components);
      for (const sidecar of [...components, ...all.slice(first, first + own.length)])
        expect(sidecar['restartPolicy']).to.equal('Always');
    }
  });

  it('are left alone by the webhook of 1.18', async () => {
    const pods = await injectedPods(fixtures);
    const answers = await askInjector(
      'injector',
      pods.map((pod) => ({ namespace: 'shop', pod })),
    );
    expect(answers).to.deep.equal(pods.map((pod) => ({ pod })));
  });

  it('get a second daprd from an older webhook, as the warning says', async () => {
    const [pod] = await injectedPods(fixtures);
    if (pod === undefined) throw new Error('there are no fixtures');
    const [answer] = await askInjector('injector-1.16', [{ namespace: 'shop', pod }]);
    expect(namesIn(answer !== undefined && 'pod' in answer ? answer.pod : {}, 'containers')).to.include('daprd');
  });

  it('keep both laws after kustomize has written them anew', async () => {
    const kustomize = async (name: string, text: string): Promise<string> => {
      folder.write(`${name}/all.yaml`, text);
      const file = folder.write(`${name}/kustomization.yaml`, 'resources: [all.yaml]\n');
      return (await execa(toolPath('kustomize') ?? '', ['build', dirname(file)], { stripFinalNewline: false })).stdout;
    };
    for (const { name, input, flags, config } of fixtures) {
      const before = await kustomize(`${name}-in`, input);
      const after = await kustomize(`${name}-out`, injectedText(name));
      const again = inject(after, flags, config).outputs[0] ?? '';
      expect(await meaningOf(again), `${name}: injecting again`).to.deep.equal(await meaningOf(after));
      expect(await objectsOf(uninjected(after, config)), `${name}: uninject`).to.deep.equal(await objectsOf(before));
    }
  });

  it('of a Job end: nothing that goes on running is an ordinary container', () => {
    const job = fixtures.find(({ name }) => name === 'inline-job');
    const text = injected(job?.input ?? '', { 'trust-anchors': 'configMap:bundle', 'dapr-version': '1.18.1' });
    expect(text).to.match(
      /initContainers:[\s\S]*name: "daprd"[\s\S]*name: "daps"[\s\S]*\n {6}containers:\n {8}- name: import\n/,
    );
  });
});
