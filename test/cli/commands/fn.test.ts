import process from 'node:process';
import { expect } from 'chai';
import { parse } from 'yaml';
import { bundle, type Ran, Workbench } from '../../support/cli/sandbox.ts';

const listOf = (config: string, annotations = ''): string => `apiVersion: config.kubernetes.io/v1
kind: ResourceList
${config}items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: web
    annotations:
      dapr.io/enabled: "true"
      dapr.io/app-id: web
      dapr.io/app-port: "8080"
${annotations}  spec:
    containers:
    - name: app
      image: x
`;

const configMap = 'functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data:\n    gracePeriod: 90s\n';
const injector = 'functionConfig:\n  apiVersion: daps.io/v1\n  kind: DapsInjector\n  spec:\n    gracePeriod: 90s\n';

interface ListRead {
  readonly items: readonly { readonly spec: { readonly terminationGracePeriodSeconds?: number } }[];
  readonly results?: readonly { readonly severity: string; readonly tags: { readonly code: string } }[];
}
const read = (text: string): ListRead => parse(text) as ListRead;

describe('the KRM function', () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.dispose());

  const run = async (args: readonly string[], input: string): Promise<Ran> =>
    bench.run(process.execPath, [bundle, ...args], { input });

  for (const args of [['fn'], ['inject'], []])
    it(`daps ${args.join(' ')} injects the items of a ResourceList on stdin`, async () => {
      const { code, stdout } = await run(args, listOf(''));
      expect(code).to.equal(0);
      expect(stdout).to.match(/^apiVersion: config\.kubernetes\.io\/v1\nkind: ResourceList\n/);
      expect(stdout).to.include('name: "daps"');
    });

  it('is the same for a ResourceList in a file', async () => {
    const file = bench.write('list.yaml', listOf(configMap));
    const fromFile = await run(['inject', file], '');
    const fromStdin = await run(['inject'], listOf(configMap));
    expect(fromFile).to.include({ code: 0, stdout: fromStdin.stdout });
  });

  for (const [name, config] of [
    ['a ConfigMap', configMap],
    ['a DapsInjector', injector],
  ] as const)
    it(`takes settings from ${name}`, async () => {
      const { stdout } = await run(['fn'], listOf(config));
      expect(read(stdout).items[0]?.spec.terminationGracePeriodSeconds).to.equal(90);
    });

  it('says what is wrong with its settings in results, and exits with 2', async () => {
    const { code, stdout, stderr } = await run(
      ['fn'],
      listOf(injector.replace('spec:\n    gracePeriod: 90s', 'spec: 90s')),
    );
    expect(code).to.equal(2);
    expect(stderr).to.include('functionConfig cannot be read as settings: its settings are not a map');
    expect(read(stdout).results?.map(({ severity, tags }) => [severity, tags.code])).to.deep.equal([
      ['error', 'malformed-config'],
    ]);
  });

  it('prints the items as they were, with results, after an error', async () => {
    const input = listOf('', '      daps.io/replays: "many"\n');
    const { code, stdout } = await run(['fn'], input);
    expect(code).to.equal(2);
    expect(stdout.startsWith(input)).to.equal(true);
    expect(read(stdout).results?.map(({ tags }) => tags.code)).to.deep.equal(['invalid-setting']);
  });

  it('prints nothing with --dry-run, and a diff with --diff', async () => {
    expect(await run(['inject', '--dry-run'], listOf(''))).to.include({ code: 0, stdout: '' });
    const { stdout } = await run(['inject', '--diff'], listOf(''));
    expect(stdout).to.match(/^--- stdin\n\+\+\+ stdin \(injected\)\n@@/);
  });

  it('makes patches of a ResourceList with --emit=kustomize-patches', async () => {
    const { code, stdout } = await run(['inject', '--emit=kustomize-patches'], listOf(''));
    expect(code).to.equal(0);
    expect(stdout).to.include('kind: "Pod"').and.include('/metadata/annotations');
  });

  it('takes nothing but a ResourceList', async () => {
    const { code, stdout, stderr } = await run(['fn'], 'kind: List\nitems: []\n');
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
    expect(stderr).to.match(/error\[not-a-resource-list\].*daps inject/);
  });

  it('says where a ResourceList cannot be read', async () => {
    const { code, stderr } = await run(['fn'], listOf('').replace('items:', '\titems:'));
    expect(code).to.equal(3);
    expect(stderr).to.match(/stdin:\d+:\d+: error\[malformed-yaml\]/);
  });
});
