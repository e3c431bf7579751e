import { expect } from 'chai';
import fc from 'fast-check';
import { formatDiagnostic, isError } from '../../../cli/core/diagnostic.ts';
import { formatRef } from '../../../cli/core/manifest/object/resource-ref.ts';
import { isLike, isMatched, parseMatch } from '../../../cli/core/settings/workload-match.ts';
import { inject } from '../../support/cli/daps.ts';
import { readFixtures } from '../../support/cli/golden.ts';
import { bundle, type Ran, Workbench } from '../../support/cli/sandbox.ts';

describe('a match', () => {
  const ref = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: '', name: 'api.v1' };
  const cases: readonly (readonly [string, boolean])[] = [
    ['Deployment/api.v1', true],
    ['deployment/api.v1', true],
    ['Deployment/shop/api.v1', true],
    ['Deployment/shop/*', true],
    ['Deployment/s*p/a*1', true],
    ['*/api.v1', true],
    ['*/*/*', true],
    ['Deploy*/api*', true],
    ['Deployment/api', false],
    ['Deployment/api?v1', false],
    ['Deployment/apixv1', false],
    ['Deployment/a*x', false],
    ['Deployment/other/api.v1', false],
    ['StatefulSet/api.v1', false],
  ];
  for (const [text, expected] of cases)
    it(`${text} is ${expected ? '' : 'not '}for Deployment/api.v1 in shop`, () => {
      const match = parseMatch(text);
      expect(match !== undefined && isMatched(match, ref, 'shop')).to.equal(expected);
    });

  it('reads * in a name as any characters, and a dot as a dot', () => {
    const match = parseMatch('Deployment/a.i*');
    expect(match !== undefined && isMatched(match, { ...ref, name: 'api.v1' }, '')).to.equal(false);
    expect(match !== undefined && isMatched(match, { ...ref, name: 'a.i' }, '')).to.equal(true);
  });

  for (const text of [
    '',
    'api',
    'Deployment/',
    '/api',
    'Deployment//api',
    'a/b/c/d',
    'Deployment/api-.*',
    'Pod/a|b',
    'x y/a',
  ])
    it(`"${text}" is no match`, () => expect(parseMatch(text)).to.equal(undefined));
});

describe('a pattern', () => {
  /** The same, said in the shortest way: it takes forever on long texts. */
  const isLikeSlowly = (pattern: string, text: string): boolean => {
    const [first, ...rest] = pattern;
    if (first === undefined) return text === '';
    if (first !== '*') return text.startsWith(first) && isLikeSlowly(rest.join(''), text.slice(1));
    return isLikeSlowly(rest.join(''), text) || (text !== '' && isLikeSlowly(pattern, text.slice(1)));
  };

  it('is like what its letters and * say', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 7 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 7 });
    fc.assert(
      fc.property(pattern, text, (one, other) => {
        expect(isLike(one, other), `${one} like ${other}`).to.equal(isLikeSlowly(one, other));
      }),
      { numRuns: 2000 },
    );
  });

  it('with many * takes no time', () => {
    const pattern = `${'*a'.repeat(16)}*b`;
    const match = parseMatch(`Deployment/${pattern}`);
    const named = (name: string) => ({ group: 'apps', version: 'v1', kind: 'Deployment', namespace: '', name });
    expect(match !== undefined && isMatched(match, named('a'.repeat(63)), '')).to.equal(false);
    expect(match !== undefined && isMatched(match, named(`${'a'.repeat(62)}b`), '')).to.equal(true);
  });
});

describe('exclude', () => {
  for (const { name, input, flags, config } of readFixtures('bad')) {
    const errors = inject(input, flags, config).diagnostics.filter(isError);
    const refs = errors.map(({ place }) => (place.ref === undefined ? undefined : formatRef(place.ref)));
    if (errors.length === 0 || refs.includes(undefined)) continue;
    it(`gets past ${name}`, () => {
      const { diagnostics } = inject(input, { ...flags, exclude: refs.join(',') }, config);
      expect(diagnostics.filter(isError).map(formatDiagnostic)).to.deep.equal([]);
    });
  }
});

const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  template:
    metadata:
      annotations: {dapr.io/enabled: "true", dapr.io/app-id: ${name}, dapr.io/app-port: "8080"}
    spec:
      containers: [{name: app, image: x}]
`;
const stream = ['a', 'b', 'c', 'd', 'e'].map(deployment).join('---\n');

describe('overrides and exclude, from a command line', function () {
  this.timeout(60_000);
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.dispose());

  const run = (args: readonly string[], input: string, env: Record<string, string> = {}): Promise<Ran> =>
    bench.run(process.execPath, [bundle, ...args], { input, env });

  it('every source of exclude adds to the others, and the flag may be repeated', async () => {
    bench.write('.daps.yaml', 'exclude: [Deployment/d]\n');
    const args = ['--exclude=Deployment/a', '--exclude', 'Deployment/default/b', '--namespace=default'];
    const { code, stderr } = await run(args, stream, { DAPS_EXCLUDE: 'Deployment/c' });
    expect(code, stderr).to.equal(0);
    expect(stderr.match(/Deployment\/\w(?= +left alone: excluded by the settings)/g)).to.deep.equal([
      'Deployment/a',
      'Deployment/b',
      'Deployment/c',
      'Deployment/d',
    ]);
    expect(stderr).to.match(/Deployment\/e +injected/);
  });

  it('what matches nothing is a warning with its file, line and column, and nothing else is the worse for it', async () => {
    const file = bench.write('.daps.yaml', 'overrides:\n- match: {kind: Deployment, name: aa}\n  replays: 1\n');
    const { code, stdout, stderr } = await run(['--quiet'], stream);
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(
      /^\S+:2:3: warning\[unmatched-override\]: overrides\[0\]\.match \(\S+\) names Deployment\/aa/,
    );
    expect(stderr).to.include(file.replace(/^.*\//, '/'));
    expect(stdout.match(/name: "daps"/g)).to.have.length(5);
  });

  it('a stream without a Dapr-enabled workload says nothing of them', async () => {
    bench.write('.daps.yaml', 'exclude: [Deployment/d]\n');
    const { code, stderr } = await run([], 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n');
    expect({ code, stderr }).to.deep.equal({
      code: 0,
      stderr: 'daps: no Dapr-enabled workloads found, nothing changed\n',
    });
  });

  it('a KRM function may have them', async () => {
    const spec = {
      exclude: ['Deployment/a'],
      overrides: [{ match: { name: 'b' }, replays: 7 }, { match: { name: 'z' } }],
    };
    const functionConfig = { apiVersion: 'daps.io/v1', kind: 'DapsInjector', metadata: { name: 'daps' }, spec };
    const items = ['a', 'b', 'c'].map((name) => `- ${deployment(name).trimEnd().replaceAll('\n', '\n  ')}\n`);
    const head = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: ${JSON.stringify(functionConfig)}\n`;
    const { code, stdout, stderr } = await run(['fn'], `${head}items:\n${items.join('')}`);
    expect(code, stderr).to.equal(0);
    expect(stderr)
      .to.match(/Deployment\/a +left alone/)
      .and.to.include('overrides[1].match (functionConfig) names */z');
    expect(stdout.match(/DAPS_REPLAYS"\n +value: "\d"/g)?.map((text) => text.slice(-2, -1))).to.deep.equal(['7', '2']);
  });
});
