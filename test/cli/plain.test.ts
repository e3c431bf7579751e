import { expect } from 'chai';
import fc from 'fast-check';
import { parseAny } from '../../cli/core/manifest/parse.ts';
import { readPlain } from '../../cli/core/manifest/plain.ts';
import { splitStream } from '../../cli/core/manifest/stream.ts';
import { streams } from '../support/arbitrary-manifest.ts';
import { readyMutants } from '../support/arbitrary-mutant.ts';
import { expectedText, readFixtures } from '../support/golden.ts';

/** Whether the quick reader read a document, and then as the library reads it: every node, every offset. */
const readsAlike = (document: string): boolean => {
  const quick = readPlain(document, 7);
  if (quick === undefined) return false;
  const parsed = parseAny(document, 7);
  expect(parsed, document).to.deep.equal({ ok: true, value: { root: quick, aliased: new Set() } });
  return true;
};

const documentsOf = (text: string): readonly string[] =>
  splitStream(text).map(({ start, end }) => text.slice(start, end));

describe('the quick reader and the library', function () {
  this.timeout(600_000);

  it('read the fixtures alike, and most of what is written for them', () => {
    const texts = readFixtures('inject').flatMap((fixture) => [fixture.input, expectedText(fixture)]);
    const read = texts.flatMap(documentsOf).filter(readsAlike);
    expect(read.length).to.be.greaterThan(100);
  });

  it('read random manifests alike', () => {
    let read = 0;
    fc.assert(
      fc.property(streams, ({ pieces }) => {
        read += pieces.filter(readsAlike).length;
      }),
      { numRuns: 500 },
    );
    expect(read).to.be.greaterThan(20);
  });

  it('read damaged manifests alike, or the quick reader does not read them', () => {
    let read = 0;
    fc.assert(
      fc.property(readyMutants, (text) => {
        read += documentsOf(text).filter(readsAlike).length;
      }),
      { numRuns: 4000 },
    );
    expect(read).to.be.greaterThan(100);
  });
});

describe('the quick reader', () => {
  const plain =
    "a: b\nc:\n- d: \"e\\n\"\n  f: 'g''s'\n-\n  - 1 # note\nh:\n  i: {}\nj: [ k, 'l m' ] # n\no: {p: q, \"r\": s}\n\n# end\n";

  it('reads block collections of scalars and simple flow collections', () => {
    expect(readsAlike(plain)).to.equal(true);
  });

  for (const text of [
    'a: |\n  b\n',
    'a: &x b\n',
    'a: *x\n',
    'a: !!str b\n',
    'a: [b, [c]]\n',
    'a: [b,]\n',
    'a: [b\n]\n',
    'a: {b}\n',
    'a: {b:c}\n',
    'a: {b: c d}\n',
    'a: {b: c}d\n',
    'a: [b: c]\n',
    'a: [-]\n',
    'a: b\n  c\n',
    'a: "b\n  c"\n',
    'a: b: c\n',
    'a: b:\n',
    'a: @b\n',
    'a:\tb\n',
    'a: b\r\n',
    '? a\n: b\n',
    '<<: b\n',
    'a: b\n c: d\n',
    'a: "b" c\n',
    'a: "\\x41"\n',
    '- a\nb: c\n',
    'a: - b\n',
    '--- a\n',
    'a: b\n---\nc: d\n',
    'a: b\n...\n',
    '%YAML 1.1\n---\na: b\n',
    '# nothing\n',
    '',
    'a\n',
    'a:b\n',
    'a: b\n- c\n',
    '  a: b\n c: d\n',
  ])
    it(`leaves ${JSON.stringify(text)} to the library`, () => {
      expect(readPlain(text, 0)).to.equal(undefined);
    });
});
