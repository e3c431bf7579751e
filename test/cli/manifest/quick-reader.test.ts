import { expect } from 'chai';
import fc from 'fast-check';
import { parseSlowly } from '../../../cli/core/manifest/read/parse.ts';
import { readPlain } from '../../../cli/core/manifest/read/quick-reader.ts';
import { splitStream } from '../../../cli/core/manifest/text/stream.ts';
import { expectedText, readFixtures } from '../../support/cli/golden.ts';
import { oddDocuments } from '../../support/manifests/lines.ts';
import { streams } from '../../support/manifests/manifest.ts';
import { readyMutants } from '../../support/manifests/mutant.ts';

/** Whether the quick reader read a document, and then as the slow one reads it: every node, every offset. */
const readsAlike = (document: string): boolean => {
  const quick = readPlain(document, 7);
  if (quick === undefined) return false;
  const parsed = parseSlowly(document, 7);
  expect(parsed, document).to.deep.equal({ ok: true, value: quick });
  return true;
};

const documentsOf = (text: string): readonly string[] =>
  splitStream(text).map(({ start, end }) => text.slice(start, end));

describe('the quick reader and the slow one', function () {
  this.timeout(600_000);

  it('read the fixtures alike, nine of ten by the quick reader', () => {
    const texts = readFixtures('inject').flatMap((fixture) => [fixture.input, expectedText(fixture)]);
    const documents = texts.flatMap(documentsOf).filter((text) => text.includes('dapr.io/'));
    const read = documents.filter(readsAlike);
    expect(read.length / documents.length).to.be.greaterThan(0.9);
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

  it('read odd lines alike, or the quick reader does not read them', () => {
    let read = 0;
    fc.assert(
      fc.property(oddDocuments, (text) => {
        read += readsAlike(text) ? 1 : 0;
      }),
      { numRuns: 10_000 },
    );
    expect(read).to.be.greaterThan(500);
  });
});

describe('the quick reader', () => {
  const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
  const taken: Readonly<Record<string, readonly string[]>> = {
    'block collections': [
      'a: b\nc:\n- d: e\n  f: g\n-\n  - 1 # note\n',
      '- - a\n  - b\n- c:\n  - d\n',
      'a:\n- b\nc:\n  - d\n',
    ],
    keys: ['"a b": c\n\'d e\': f\ng : h\n', '8080: a\n/b: c\nd:e: f\ng#h: i\n', 'f:x:\n  .: {}\n  k:{"a":1}: b\n'],
    comments: ['# a\n\na: b # c\n  # d\n# e\nf:\n      # g\n  h: i\n', '--- # a\nb: c\n'],
    'empty values': ['a:\nb:\n  c:\n  d: ~\n', '-\n-\n- a:\n'],
    'quoted scalars': ["a: \"e\\n\\u0041\"\nb: 'g''s'\n", 'a: ""\nb: \'\'\n', 'a: "#"\nb: \': \' # c\n'],
    'quoted scalars over several lines': ['a: "b\n  c\n\n  d"\n', "- 'b \n\n\n\n  c  '\n- d\n", 'a: "\n  b\n  "\n'],
    'plain scalars': ['a: :8080\nb: -c\nd: ?e\nf: g#h\n', 'a: b, c {d} [e] "f"\n', 'a: http://b:80/?c=d&e\n'],
    'plain scalars over several lines': ['a: b\n  c\n\n   d # e\nf: g\n', '- a\n  - b\n- c\n', 'a: b\n # c\nd: e\n'],
    'literal scalars': [
      'a: |\n  b\n\n    c  \n  # d\n\ne: f\n',
      '- |-\n  b\n  \tc\n\n- |+\n  c\n\n\n- |+\n d',
      'a: &x |\n\n  b\n',
    ],
    'folded scalars': ['a: >\n  b\n  c\n\n  d\n    e\n\n    f\n  g\n\n\nh: >-\n  i\n', '- >+\n  a\n\n- >\n   b'],
    'flow collections': ['a: {b: c d, e: [f, {g: /h}]}\n', 'a: [b,]\n', '- {}\n- []\n', 'a: [ b, "c", -1, d:e ] # f\n'],
    'flow collections over several lines': [
      'a: [b\n]\n',
      'a: {\n  b: c, # d\n\n  e:\n    f\n}\n',
      '- [a,\n  b # c, d\n  ]\n',
    ],
    JSON: ['{"a":1,"b":[true,null,{"c":"d\\"e"}]}', '---\n{\n\t"a" : [\n\t\t1\n\t]\n}\n', '[\n  {"a": "b"}\n]\n'],
    'anchors and aliases': [
      'a: &x b\nc: *x\n',
      'a: &x\n  b: c\nd: [*x, *x]\n',
      '- &x\n  - a\n- *x\n- &x b\n- *x # c\n',
      'a: &x\n- b\nc: {d: &y [e], f: *y}\n',
    ],
    'merge keys': [
      'a: &x {b: c}\nd:\n  <<: *x\n  e: f\n',
      'a: &x {b: c}\nd:\n  <<: [*x, *x]\ne: {<<: *x}\n',
      '"<<": a\n',
    ],
  };
  for (const [what, texts] of Object.entries(taken))
    it(`reads ${what}`, () => {
      for (const text of texts)
        for (const variant of [text, crlf(text), text.trimEnd()]) expect(readsAlike(variant), variant).to.equal(true);
    });

  for (const text of [
    // Properties of keys, tags, and what YAML has besides.
    'a: !!str b\n',
    '- &x a: b\n',
    '&x a: b\n',
    '*x : b\n',
    'a: &x\nb: c\n',
    'a: &x *x\n',
    'a: &x &y b\n',
    'a: &x b: c\n',
    'a: [&x]\n',
    'a: *x\n',
    'a: &x b\nc: *y\n',
    '? a\n: b\n',
    '%YAML 1.1\n---\na: b\n',
    'a: b\n---\nc: d\n',
    'a: b\n...\n',
    '... : a\n',
    '--- a\n',
    '---a: b\n',
    // Flow collections.
    'a: {b}\n',
    'a: {b:c}\n',
    'a: {b: }\n',
    'a: {b: c}d\n',
    'a: {b: c}: d\n',
    'a: [b: c]\n',
    'a: ["b": c]\n',
    'a: [? b]\n',
    'a: [-]\n',
    'a: [- b]\n',
    'a: [,]\n',
    'a: [b,,c]\n',
    'a: [b #c]\n',
    'a: [b,#c\n  d]\n',
    'a: [b\n  c]\n',
    'a:\n  b: [c\n  , d]\n',
    'a:\n  b: [c\n]\n',
    'a: [[b\n]]\n',
    '[\n--- ]\n',
    '{"a": "b\nc"}\n',
    'a: {"b\n  c": d}\n',
    'a: [b:]\n',
    '{"a":1}{"b":2}\n',
    '['.repeat(101) + ']'.repeat(101),
    // Scalars.
    'a: | # b\n  c\n',
    'a: |2\n  b\n',
    'a: |\n',
    'a: |\nb: c\n',
    'a: |\n   \n  b\n',
    'a: |\n  b\n   \n',
    'a: |\n  b\n\t\n',
    'a: |\n    b\n  c\n',
    'a: |b\n',
    'a: |\n  \tb\n',
    'a: "b\\/"\n',
    'a: "\\ud83c\\udf89"\n',
    'a: {<<: b}\n',
    '<<: b\n',
    'null: a\n',
    'a: [b?c]\n',
    'a:\n- [1\n\t]\n',
    'a: b\n  c: d\n',
    'a: b # c\n  d\n',
    'a: b\n  # c\n  d\n',
    'a: "b\nc"\n',
    'a: "b\\\n  c"\n',
    'a: "b\\ \n\n  c"\n',
    'a: "b\n',
    "a: 'b\n",
    'a: "b" c\n',
    'a: "b"#c\n',
    'a: "b": c\n',
    'a: "\\x41"\n',
    'a: "\\\t"\n',
    'a: b: c\n',
    'a: b:\n',
    'a: @b\n',
    'a: %b\n',
    'a: - b\n',
    'a: ? b\n',
    // Spaces, line ends, characters.
    'a:\tb\n',
    'a: b\t# c\n',
    '\ta: b\n',
    'a: b\rc\n',
    'a: b\r',
    '\uFEFFa: b\n',
    'a: \u0001\n',
    'a: \u2028\n',
    // Structure.
    'a: b\n c: d\n',
    'a:\n    b: c\n  d: e\n',
    '- a\nb: c\n',
    'a: b\n- c\n',
    '  a: b\n c: d\n',
    `${'- '.repeat(101)}a\n`,
    'a\n',
    'a:b\n',
    '"a"\n',
    '# nothing\n',
    '',
  ])
    it(`leaves ${JSON.stringify(text).slice(0, 60)} to the slow one`, () => {
      expect(readPlain(text, 0)).to.equal(undefined);
    });
});
