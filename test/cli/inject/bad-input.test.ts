import { expect } from 'chai';
import { catalog } from '../../../cli/core/catalog.ts';
import { blameOf, formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import type { Code } from '../../../cli/core/problem-args.ts';
import { inject } from '../../support/cli/daps.ts';
import { matchFile, readFixtures } from '../../support/cli/golden.ts';

const fixtures = readFixtures('bad');

/** Codes that no text on stdin can cause; each has its own test. */
const elsewhere: readonly Code[] = [
  'unreadable-file',
  'unwritable-file',
  'not-utf8',
  'not-a-resource-list',
  'no-helm',
  'helm-failed',
  'unknown-helm',
  'no-plugins-folder',
  'plugins-folder-of-helm-3',
  'unwritable-plugin',
  'no-bundle',
  'unusable-node-path',
  'no-such-command',
  'command-not-executable',
  'command-killed',
  'command-failed',
  'no-cluster-access',
  'cluster-access-denied',
  'no-dapr',
  'several-daprs',
  'no-trust-bundle',
  'captured-key-taken',
  'unknown-cluster-fact',
  'cluster-drift',
  'unknown-injected-kind',
  'malformed-baseline',
  'unknown-rule',
  'unmatched-ignore',
  'ignore-without-reason',
  'unknown-workload',
];

const seen = new Set<string>();

describe('bad input', () => {
  for (const fixture of fixtures) {
    it(fixture.name, () => {
      const { outputs, diagnostics } = inject(fixture.input, fixture.flags, fixture.config);
      for (const { problem } of diagnostics) seen.add(problem.code);
      matchFile(fixture, 'stderr.txt', diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join(''));
      matchFile(
        fixture,
        'exit.txt',
        `${blameOf(diagnostics) === 'input' ? 3 : blameOf(diagnostics) === 'settings' ? 2 : 0}\n`,
      );
      if (blameOf(diagnostics) !== undefined) expect(outputs[0]).to.equal(fixture.input);
      expect(diagnostics.length).to.be.greaterThan(0);
      expect(diagnostics.map(({ problem }) => problem.code)).to.include(fixture.name.split('--')[0]);
    });
  }

  it('covers every code of the catalogue', () => {
    const codes = Object.keys(catalog).filter((code) => !elsewhere.some((other) => other === code));
    expect(codes.filter((code) => !seen.has(code))).to.deep.equal([]);
  });
});
