import { expect } from 'chai';
import { formatDiagnostic } from '../../cli/core/diagnostic.ts';
import { inject } from '../support/daps.ts';
import { readFixtures } from '../support/golden.ts';

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
