import { expect } from 'chai';
import { maxLevels } from '../../../cli/core/manifest/model/expanded-size.ts';
import { inject } from '../../support/cli/daps.ts';

const metadata = 'metadata: {name: w, annotations: {dapr.io/enabled: "true", dapr.io/app-id: w}}';
const pod = `apiVersion: v1\nkind: Pod\n${metadata}\nspec: {containers: [{name: app}]}\n`;
const jsonPod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"w","annotations":{"dapr.io/enabled":"true","dapr.io/app-id":"w"}},"spec":{"containers":[{"name":"app"}]}}`;

/** Documents with about so many levels. */
const nested: Readonly<Record<string, (levels: number) => string>> = {
  'flow lists': (levels) => `${pod}x: ${'['.repeat(levels)}${']'.repeat(levels)}\n`,
  'lists on one line': (levels) => `${pod}x:\n  ${'- '.repeat(levels)}a\n`,
  'block maps': (levels) =>
    `${pod}x:\n${Array.from({ length: levels }, (_, level) => `${' '.repeat(level + 1)}a:\n`).join('')}`,
  'Lists in Lists, as JSON': (levels) =>
    `${'{"apiVersion":"v1","kind":"List","items":['.repeat(levels / 2)}${jsonPod}${']}'.repeat(levels / 2)}\n`,
};

describe('a document of many levels', () => {
  for (const [shape, document] of Object.entries(nested)) {
    it(`is injected: ${shape}`, () => {
      const { entries } = inject(document(maxLevels - 20));
      expect(entries.map(({ outcome }) => outcome.action)).to.deep.equal(['daprd-only']);
    });

    for (const levels of [maxLevels + 20, 3000])
      it(`is too deep with ${levels}, which is said with its place: ${shape}`, () => {
        const text = document(levels);
        const { outputs, diagnostics } = inject(text);
        expect(diagnostics.map(({ problem }) => problem.code)).to.deep.equal(['nested-too-deeply']);
        expect(diagnostics[0]?.place.column).to.be.greaterThan(100);
        expect(outputs[0]).to.equal(text);
      });
  }
});
