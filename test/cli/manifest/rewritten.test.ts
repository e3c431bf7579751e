import { expect } from 'chai';
import { formatDiagnostic, isError } from '../../../cli/core/diagnostic.ts';
import { inject, uninjected } from '../../support/cli/daps.ts';
import { readFixtures } from '../../support/cli/golden.ts';
import { rewrites, valuesIn } from '../../support/manifests/rewritten.ts';

const modes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  injector: {},
  inline: { 'trust-anchors': 'configMap:dapr-trust-bundle', 'dapr-version': '1.18.1' },
};

const tryInject = (text: string, flags: Readonly<Record<string, string>>): string | undefined => {
  const { outputs, diagnostics } = inject(text, flags);
  return diagnostics.some(isError) ? undefined : outputs[0];
};

/** The same but for the status, which notes what other tools do not keep. */
const withoutStatus = (text: string): unknown =>
  JSON.parse(JSON.stringify(valuesIn(text), (key, value: unknown) => (key === 'daps.io/status' ? '' : value)));

/** A workload that only its text kept from being injected is injected once it is written anew. */
const isWhole = (name: string): boolean => !name.startsWith('left-alone') && !name.startsWith('again-');

const cases = readFixtures('inject')
  .filter(({ name, config, flags }) => isWhole(name) && config === undefined && Object.keys(flags).length === 0)
  .flatMap(({ name, input }) =>
    Object.entries(modes).flatMap(([mode, flags]) => {
      const output = tryInject(input, flags);
      return output === undefined || output === input || valuesIn(input).length === 0
        ? []
        : [{ name, mode, flags, input, output }];
    }),
  );

describe('what daps injected and another tool has written anew', () => {
  it('are many', () => expect(cases.length).to.be.greaterThan(300));

  for (const [how, rewrite] of Object.entries(rewrites))
    describe(how, () => {
      for (const { name, mode, flags, input, output } of cases)
        it(`${name}, ${mode}`, () => {
          const written = rewrite(valuesIn(output));
          const again = inject(written, flags);
          expect(again.diagnostics.filter(isError).map(formatDiagnostic)).to.deep.equal([]);
          expect(again.outputs[0]).to.equal(written);
          expect(valuesIn(uninjected(written))).to.deep.equal(valuesIn(input));
          for (const other of Object.values(modes)) {
            const wanted = tryInject(input, other);
            const result = tryInject(written, other);
            if (wanted === undefined || result === undefined) expect(result).to.equal(wanted);
            else expect(withoutStatus(result)).to.deep.equal(withoutStatus(wanted));
          }
        });
    });
});
