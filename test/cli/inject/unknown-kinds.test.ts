import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import { uninjectInputs } from '../../../cli/core/inject/inputs.ts';
import { workloadKinds } from '../../../cli/core/manifest/object/workload.ts';
import { inject, uninjected } from '../../support/cli/daps.ts';
import { readFixtures } from '../../support/cli/golden.ts';
import { root } from '../../support/sources.ts';

const fixtures = readFixtures('bad').filter(({ name }) => name.split('--')[0] === 'unknown-kind');

describe('what a warning of an unknown kind says to write', () => {
  it('there are some', () => expect(fixtures.length).to.be.at.least(5));

  for (const { name, input } of fixtures) {
    it(`makes daps find the pod template: ${name}`, () => {
      const [warning] = inject(input).diagnostics.map(formatDiagnostic);
      const advice = /Write in \.daps\.yaml: (workloads: .*)$/.exec(warning ?? '')?.[1] ?? '';
      const { entries, diagnostics } = inject(input, {}, `${advice}\n`);
      expect(diagnostics.map(formatDiagnostic), advice).to.deep.equal([]);
      expect(entries.map(({ outcome }) => outcome.action)).to.deep.equal(['daprd-only']);
    });
  }
});

describe('uninject of a kind that no settings file names any more', () => {
  const config = `workloads: [{group: example.com, kind: Worker, path: spec.template}]\n`;
  const worker = readFileSync(join(root, 'fixtures/bad/unknown-kind--alias/input.yaml'), 'utf8');
  const warningOf = (text: string): string =>
    uninjectInputs([{ name: 'stdin', text }], workloadKinds)
      .diagnostics.map(formatDiagnostic)
      .join('\n');

  it('is a warning with its place and the item to write', () => {
    const output = inject(worker, {}, config).outputs[0] ?? '';
    expect(warningOf(output)).to.match(
      /^stdin:\d+:\d+: warning\[unknown-injected-kind\] Worker\/w spec\.template\.metadata\.annotations\[daps\.io\/status\]: .* Write in \.daps\.yaml: workloads: \[\{group: example\.com, kind: Worker, path: spec\.template\}\]$/,
    );
    const advice = `${/workloads: .*$/.exec(warningOf(output))?.[0]}\n`;
    expect(uninjected(output, advice)).to.equal(worker);
  });

  for (const { name, input, config: own } of readFixtures('inject').filter((one) => one.name.startsWith('kind-custom')))
    it(`says what makes it work: ${name}`, () => {
      const output = inject(input, {}, own).outputs[0] ?? '';
      const items = [...warningOf(output).matchAll(/workloads: \[(.*)\]$/gm)].map(([, item]) => item);
      expect(items.length > 0).to.equal(output.includes('daps.io/status'));
      if (items.length > 0)
        expect(uninjected(output, `workloads: [${[...new Set(items)].join(', ')}]\n`)).to.equal(input);
    });

  it('cannot name every place', () => {
    const text = 'kind: Odd-Kind\nannotations: {daps.io/status: "{}", dapr.io/enabled: "true"}\n';
    expect(warningOf(text)).to.match(/Render the manifest again from its source\.$/);
  });
});

describe('uninject of a workload that says nothing of Dapr any more', () => {
  it('takes out what daps added', () => {
    const fixture = readFixtures('inject').find(({ name }) => name === 'kind-deployment');
    const output = inject(fixture?.input ?? '').outputs[0] ?? '';
    const rest = output.replaceAll(/^ *dapr\.io\/.*\n/gm, '');
    expect(rest).to.include('daps.io/status').and.not.to.include('dapr.io/');
    expect(uninjected(rest)).to.equal((fixture?.input ?? '').replaceAll(/^ *dapr\.io\/.*\n/gm, ''));
  });
});
