import { expect } from 'chai';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { formatDiagnostic, isError, leavesAlone } from '../../../cli/core/diagnostic.ts';
import type { Code } from '../../../cli/core/problem-args.ts';
import { inject, uninjected } from '../../support/cli/daps.ts';
import { mixedStreams, ndjson, prettyJson, type Stream, streams } from '../../support/manifests/manifest.ts';
import { modelInject, modelInline, type Plain, withoutDetails } from '../../support/manifests/model.ts';
import { readyMutants } from '../../support/manifests/mutant.ts';
import { runsOf, seedFor } from '../../support/sample.ts';

/** `DAPS_PROPERTY_RUNS=20000 npx mocha --timeout 0 test/cli/manifest/property.test.ts` looks longer. */
const runs = runsOf('DAPS_PROPERTY_RUNS', 300, 3000);

const seed = seedFor('properties of manifests');

/** How long a failure is made smaller, in ms. The gate does not: seven failures of one fault took its whole time. */
const shrinkMs = Number(process.env['DAPS_PROPERTY_SHRINK_MS'] ?? 0);

fc.configureGlobal({
  seed,
  ...(shrinkMs > 0 ? { interruptAfterTimeLimit: shrinkMs, markInterruptAsFailure: true } : { endOnFailure: true }),
});

/** Why daps may leave a workload of a legal manifest alone: it cannot be changed without something else. Nothing is an error. */
const mayLeaveAlone: readonly Code[] = ['shared-anchor', 'ambiguous-merge', 'unsupported-key'];

type Injected = { readonly leftAlone: true } | { readonly leftAlone: false; readonly text: string };

const tryInject = (text: string, flags: Readonly<Record<string, string>> = {}): Injected => {
  const { outputs, diagnostics } = inject(text, flags);
  expect(diagnostics.filter(isError).map(formatDiagnostic), text).to.deep.equal([]);
  const left = diagnostics.filter(({ problem }) => leavesAlone(problem.code));
  const unexpected = left.filter(({ problem }) => !mayLeaveAlone.includes(problem.code));
  expect(unexpected.map(formatDiagnostic), text).to.deep.equal([]);
  return left.length > 0 ? { leftAlone: true } : { leftAlone: false, text: outputs[0] ?? '' };
};

/** Checks a property of all streams that daps injects whole, and that they are most of them. */
const forStreams = <T>(
  arbitrary: fc.Arbitrary<T>,
  textOf: (value: T) => string,
  law: (value: T, text: string) => void,
  flags: Readonly<Record<string, string>> = {},
): void => {
  let seen = 0;
  let leftAlone = 0;
  fc.assert(
    fc.property(arbitrary, (value) => {
      const result = tryInject(textOf(value), flags);
      seen += 1;
      if (result.leftAlone) leftAlone += 1;
      else law(value, result.text);
    }),
    { numRuns: runs },
  );
  expect(leftAlone / seen, 'left alone').to.be.lessThan(0.1);
};

const forAll = (law: (stream: Stream, output: string) => void): void => forStreams(streams, ({ text }) => text, law);

/** The documents' values, read by a parser that is not daps' own use of it: YAML 1.1, merges carried out. */
const valuesOf = (text: string): readonly Plain[] =>
  parseAllDocuments(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' }).map((document) => {
    expect(
      document.errors.map(({ message }) => message),
      text,
    ).to.deep.equal([]);
    return document.toJS({ maxAliasCount: -1 }) as Plain;
  });

const inlineFlags = { 'trust-anchors': 'configMap:dapr-trust-bundle', 'dapr-version': '1.18.1' };

const mentionsDapr = (text: string): boolean => text.includes('dapr.io/');

describe('properties of random manifests', function () {
  this.timeout(600_000);

  it('what is generated is YAML', () => {
    fc.assert(
      fc.property(streams, ({ text }) => {
        valuesOf(text);
      }),
      { numRuns: runs },
    );
  });

  it('uninject gives back the input, byte for byte', () => {
    forAll(({ text }, output) => expect(uninjected(output)).to.equal(text));
  });

  it('injecting twice is injecting once', () => {
    forAll((_, output) => expect(tryInject(output)).to.deep.equal({ leftAlone: false, text: output }));
  });

  it('every document is injected by itself, and those without dapr.io/ stay as they are', () => {
    forAll(({ pieces }, output) => {
      const alone = pieces.map((piece) => {
        if (!mentionsDapr(piece)) return piece;
        const result = tryInject(piece);
        return result.leftAlone ? '' : result.text;
      });
      expect(output).to.equal(alone.join(''));
    });
  });

  it('the result means the input with the changes made', () => {
    forAll(({ text }, output) => {
      expect(valuesOf(output).map(withoutDetails)).to.deep.equal(valuesOf(text).map(modelInject));
    });
  });

  it('injecting with other settings first leaves no trace', () => {
    const others: readonly Readonly<Record<string, string>>[] = [
      { 'log-level': 'debug' },
      { 'grace-period': '90s' },
      { image: 'registry.example/daps:2', 'pre-stop-delay': '3s' },
      inlineFlags,
    ];
    forStreams(
      fc.tuple(streams, fc.constantFrom(...others)),
      ([{ text }]) => text,
      ([{ text }, other], output) => {
        const first = tryInject(text, other);
        if (first.leftAlone) return;
        expect(tryInject(first.text)).to.deep.equal({ leftAlone: false, text: output });
      },
    );
  });

  it('the laws hold where one document has both line ends', () => {
    forStreams(
      mixedStreams,
      ({ text }) => text,
      ({ text }, output) => {
        expect(uninjected(output)).to.equal(text);
        expect(tryInject(output)).to.deep.equal({ leftAlone: false, text: output });
      },
    );
  });

  it('JSON stays JSON, a value a line', () => {
    forStreams(
      ndjson,
      (text) => text,
      (text, output) => {
        const values = (lines: string): readonly Plain[] =>
          lines
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as Plain);
        expect(values(output).map(withoutDetails)).to.deep.equal(values(text).map(modelInject));
        expect(uninjected(output)).to.equal(text);
      },
    );
  });

  it('JSON over several lines stays JSON', () => {
    forStreams(
      prettyJson,
      (text) => text,
      (text, output) => {
        expect(withoutDetails(JSON.parse(output) as Plain)).to.deep.equal(modelInject(JSON.parse(text) as Plain));
        expect(uninjected(output)).to.equal(text);
        expect(tryInject(output)).to.deep.equal({ leftAlone: false, text: output });
      },
    );
  });
});

describe('properties of random manifests with daprd inline', function () {
  this.timeout(600_000);

  const expectLaws = (text: string, output: string): void => {
    expect(uninjected(output)).to.equal(text);
    expect(tryInject(output, inlineFlags)).to.deep.equal({ leftAlone: false, text: output });
  };

  it('the result means the input with the changes made, and the laws hold', () => {
    forStreams(
      streams,
      ({ text }) => text,
      ({ text }, output) => {
        expect(valuesOf(output).map(withoutDetails)).to.deep.equal(valuesOf(text).map(modelInline));
        expectLaws(text, output);
      },
      inlineFlags,
    );
  });

  it('with both line ends in one document', () => {
    forStreams(
      mixedStreams,
      ({ text }) => text,
      ({ text }, output) => expectLaws(text, output),
      inlineFlags,
    );
  });

  for (const [what, arbitrary] of [
    ['a value a line', ndjson],
    ['over several lines', prettyJson],
  ] as const)
    it(`JSON ${what} stays JSON`, () => {
      forStreams(
        arbitrary,
        (text) => text,
        (text, output) => {
          for (const value of what === 'a value a line' ? output.trimEnd().split('\n') : [output]) JSON.parse(value);
          expectLaws(text, output);
        },
        inlineFlags,
      );
    });
});

describe('properties of damaged manifests', function () {
  this.timeout(600_000);

  it('they are refused with a diagnostic, or the laws hold for them too', () => {
    fc.assert(
      fc.property(readyMutants, (text) => {
        const { outputs, diagnostics } = inject(text);
        if (diagnostics.some(isError)) {
          expect(outputs).to.deep.equal([text]);
          return;
        }
        const output = outputs[0] ?? '';
        expect(uninjected(output), 'uninject').to.equal(text);
        expect(inject(output).outputs[0], 'twice').to.equal(output);
      }),
      { numRuns: runs * 5 },
    );
  });
});
