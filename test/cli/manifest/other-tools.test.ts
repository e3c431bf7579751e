import { expect } from 'chai';
import { formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import { toValue } from '../../../cli/core/manifest/model/value.ts';
import { parseNode } from '../../../cli/core/manifest/read/parse.ts';
import { positionFinder } from '../../../cli/core/manifest/text/position.ts';
import { splitStream } from '../../../cli/core/manifest/text/stream.ts';
import { joinOutputs } from '../../../cli/run/join.ts';
import { inject, uninjected } from '../../support/cli/daps.ts';
import { valuesIn } from '../../support/manifests/rewritten.ts';

const pod = (labels: string, containers = '[{name: app}]'): string => `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: ${labels}
  annotations: {dapr.io/enabled: "true", dapr.io/app-id: web, dapr.io/app-port: "80"}
spec:
  containers: ${containers}
`;

const usual = pod('{app: web}');

/** What kubectl takes, written in ways that YAML 1.2 refuses or reads differently. */
const taken: Readonly<Record<string, string>> = {
  'an empty last value in a flow map': pod('{app: web, tier: }'),
  'a last value that is only a tag': pod('{app: web, tier: !!str }'),
  'a last value that is only an anchor': pod('{app: web, x: &x }'),
  'a comment before the end of a flow map': pod('{\n    app: web # c\n    # d\n  }'),
  'a closing bracket in column 0': pod('{\n  app: web\n}'),
  'quoted text in column 0': pod('{app: "a\nb"}'),
  'a comment right behind a bracket': pod('{app: "x"}#c'),
  'a comment right behind a comma': pod('{app: web}', '[{name: app, args: [a,#x\n b]}]'),
  'an empty preStop at the end of a container': pod(
    '{app: web}',
    '\n    - name: app\n      lifecycle:\n        preStop:\n',
  ),
  'a container whose only key is a block scalar': pod('{app: web}', '\n    - name: |\n        app\n'),
  'NEL as a line break': usual.replace('kind: Pod\n', 'kind: Pod\u0085'),
  'a byte order mark behind a separator': `---\na: b\n---\n\uFEFF${usual}`,
  'apiVersion and kind by merge key': usual.replace(
    'apiVersion: v1\nkind: Pod\n',
    'x: &x {apiVersion: v1, kind: Pod}\n<<: *x\n',
  ),
  'a whole object by a merge key without an alias': `<<: ${JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      labels: {},
      annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'web', 'dapr.io/app-port': '80' },
    },
    spec: { containers: [{ name: 'app' }] },
  })}\n`,
  'escaped names of annotations': usual.replaceAll(/dapr\.io\/([a-z-]+)/g, '"dapr\\u002eio/$1"'),
};

describe('manifests as other tools write them', () => {
  for (const [what, text] of Object.entries(taken))
    it(`injects ${what}, and gives it back`, () => {
      const { outputs, entries, diagnostics } = inject(text);
      const found = diagnostics.map(formatDiagnostic).join('\n');
      expect(
        entries.map(({ outcome }) => outcome.action),
        found,
      ).to.deep.equal(['injected']);
      expect(parseNode(outputs[0] ?? '').ok || what.includes('separator')).to.equal(true);
      expect(uninjected(outputs[0] ?? '')).to.equal(text);
    });

  it('writes no comma into a value that is empty', () => {
    const [output] = inject(pod('{app: web, tier: }')).outputs;
    expect(output).to.match(/tier: ,|tier: {2,},/);
    expect(output).not.to.include('tier:,');
  });

  for (const [name, lineEnd] of [
    ['CR', '\r'],
    ['NEL', '\u0085'],
    ['LS', '\u2028'],
    ['PS', '\u2029'],
    ['CR CR LF', '\r\r\n'],
  ] as const)
    for (const [where, text] of [
      ['every', usual.replaceAll('\n', lineEnd)],
      [
        'every second',
        [...usual.split('\n').entries()].map(([at, line]) => line + (at % 2 === 0 ? lineEnd : '\n')).join(''),
      ],
      ['one odd', usual.replace(/\n(?= *containers)/, lineEnd)],
    ] as const)
      it(`injects where ${where} line ends in ${name}`, () => {
        const { outputs, diagnostics, entries } = inject(text);
        expect(diagnostics.map(formatDiagnostic)).to.deep.equal([]);
        expect(entries.map(({ outcome }) => outcome.action)).to.deep.equal(['injected']);
        const [output = ''] = outputs;
        expect(inject(output).outputs[0]).to.equal(output);
        expect(uninjected(output)).to.equal(text);
      });

  it('restores in YAML what was replaced in JSON', () => {
    const json = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web',
        annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'web', 'dapr.io/app-port': '80' },
      },
      spec: { containers: [{ name: 'app', lifecycle: { preStop: { httpGet: { path: '/x', port: 80 } } } }] },
    });
    const [injected] = inject(json).outputs;
    const parsed = parseNode(injected ?? '');
    if (!parsed.ok || parsed.value === undefined) throw new Error('daps wrote no JSON');
    const yaml = `# written anew\n${JSON.stringify(JSON.parse(injected ?? ''), null, 1)}\n`;
    const back = parseNode(uninjected(yaml));
    if (!back.ok || back.value === undefined) throw new Error('uninject wrote what nobody can read');
    expect(back.value.refused).to.equal(undefined);
    expect(toValue(back.value.root)).to.deep.equal(toValue(parseNodeOf(json)));
  });

  for (const [name, text] of Object.entries({
    'a tilde': usual.replace('{name: app}', '{name: app, lifecycle: ~}'),
    'a hexadecimal number': usual
      .replace('metadata:', 'x: &x {dapr.io/app-id: web}\nmetadata:')
      .replace('spec:\n', 'spec:\n  terminationGracePeriodSeconds: 0x1E\n')
      .replace('"80"}', '"80", daps.io/grace-period: 90s}'),
    'a merge key': usual.replace('{dapr.io/enabled', '{<<: &x {a: b}, dapr.io/enabled'),
  }))
    it(`restores in JSON ${name}`, () => {
      const [injected = ''] = inject(text).outputs;
      expect(injected).not.to.equal(text);
      const json = `${JSON.stringify(valuesIn(injected)[0])}\n`;
      expect(JSON.parse(uninjected(json))).to.deep.equal(valuesIn(text)[0]);
    });

  it('refuses what kubectl refuses where a change would mend it', () => {
    const { diagnostics } = inject(pod('\n    \t{}'));
    expect(diagnostics.map(formatDiagnostic).join()).to.match(/error\[malformed-yaml\]/);
  });

  it('begins no document where kubectl knows no line', () => {
    const text = `a\u2028---\n${usual}`;
    expect(splitStream(text)).to.have.length(1);
    expect(splitStream(`a\n---\r${usual}`)).to.have.length(2);
  });

  it('joins files without their byte order marks', () => {
    expect(joinOutputs(['\uFEFFa: b\n', '\uFEFFc: d\n', '\uFEFF---\ne: f\n'])).to.equal(
      '\uFEFFa: b\n---\nc: d\n---\ne: f\n',
    );
  });

  it('counts an emoji as one column', () => {
    expect(positionFinder('a: 🎉 b\n')(6)).to.deep.equal({ line: 1, column: 6 });
  });
});

const parseNodeOf = (text: string): Parameters<typeof toValue>[0] => {
  const parsed = parseNode(text);
  if (!parsed.ok || parsed.value === undefined) throw new Error(`no document: ${text}`);
  return parsed.value.root;
};
