import fc from 'fast-check';
import { Tape } from './decision-bytes.ts';

const words =
  `a|b|x y|a:b|/p|-1|1|null|~|on|"q"|'s'|"a b"|'it''s'|"\\n"|"\\x41"|"a\\"|&x|*x|&y|*y|<<|>|>-|>+|2|!!str|!|%|@|\`|?|-|--|---|...|:| :|: |,|, |{|}|[|]|{}|[]|{a: b}|[a, b]|{"a":1}|#|# c| # c|a#b|\t|\\|"|'|&|*|.|..|$|é|🎉|\u00a0|:8080|a: b|a : b|- a|-\ta|k:|f:x:|\u2028`
    .split('|')
    .concat('|', '|-', '|+', '|2') as [string, ...string[]];
const starts = [
  ...['', 'a: ', 'b: ', 'c: ', '"q": ', "'s': ", 'a : ', '<<: ', '1: ', 'a:', 'b:\n', 'a: &x ', 'b: &y\n', 'b: *x'],
  ...[
    'c: [*x, *y]',
    'k: |\n',
    'k: >\n',
    'k: >-\n',
    'k: |+\n',
    '- ',
    '- - ',
    '-\n',
    '- a: ',
    '- &x ',
    '- &x\n',
    '- *x\n',
  ],
  ...['? ', 'a: {', 'b: [', '- {', '- [', '"a":', '{', '[', '}', ']', 'a: "', "b: '"],
] as unknown as [string, ...string[]];
const ends: [string, ...string[]] = [
  ...(['\n', '\n', '\n', '\n', '\n\n', '\r\n', ' \n', '   \n', '\n  \n', '\t\n', '\n# c\n', '\n  # c\n'] as const),
  ...['\n    # c\n', ' # c\n', '\r', '', ', '],
];
const heads: [string, ...string[]] = ['', '', '', '---\n', '--- # c\n', '\n', '# c\n', '--- ', '%YAML 1.1\n---\n'];

/** Lines of a few words, further in or out than those before. */
const loose = (tape: Tape): string => {
  let text = tape.pick(heads);
  let indent = 0;
  const lines = 1 + tape.below(9);
  for (let line = 0; line < lines; line += 1) {
    indent = Math.max(0, indent + tape.pick([0, 0, 0, 2, 2, -2, -2, 1, 4, -4, -1]));
    text += ' '.repeat(indent) + tape.pick(starts) + (tape.chance(70) ? tape.pick(words) : '');
    text += (tape.chance(30) ? tape.pick(words) : '') + (tape.chance(10) ? tape.pick(['}', ']', '"', "'"]) : '');
    text += tape.pick(ends);
  }
  return text;
};

const layout: [string, ...string[]] = ['', '', ' ', ' ', '\n', '\n  ', '\n    ', ' # c\n  ', '\t', '\r\n  '];
const flowValues =
  `a|"q"|'s'|1|a b|a/b|*x|"a\n  b"|a\n  b|a: b|-1|-|x#y||"|:8080|a:|?|&x a|!!s a|{}|[]|a # c\n  `.split('|') as [
    string,
    ...string[],
  ];
const flowKeys: [string, ...string[]] = ['a', '"b"', "'c'", '1', 'x y', '', '"a b"', '<<', 'a/b', '?'];

const flow = (tape: Tape, depth: number): string => {
  const isMap = tape.chance(50);
  const between = (): string => tape.pick(layout);
  const entries = Array.from({ length: tape.below(4) }, () => {
    const value = depth < 4 && tape.chance(25) ? flow(tape, depth + 1) : tape.pick(flowValues);
    const key = tape.pick(flowKeys) + tape.pick([': ', ': ', ':', ' : ', ':\n  ', ':\t']);
    return between() + (isMap ? key + between() : '') + value + between();
  });
  const text = entries.join(',') + (tape.chance(10) ? ',' : '') + between();
  return isMap ? `{${text}}` : `[${text}]`;
};

const flows = (tape: Tape): string =>
  tape.pick(['', '---\n', '# c\n']) +
  tape.pick(['a: ', '- ', 'a:\n  ', 'a:\n- ', 'x: &x 1\ny: ', '- a: ', 'a:\n   b: ', '']) +
  flow(tape, 0) +
  tape.pick(['\n', '\n', '', ' # c\n', '#\n', 'x\n', '\nb: c\n', '\n- c\n', '\n  b: c\n']);

const scalarStarts = ['|', '>', '|-', '>-', '|+', '>+', '"', "'", 'x', '&x |', '| # c'] as [string, ...string[]];
const scalarLines = `x|y z||# c|\t|\tx|- a|k: v|"|'|x  |   |x\\|\\|\u00a0|--- |...|x #y|{|x:`.split('|') as [
  string,
  ...string[],
];

/** A scalar over several lines, and what may end it. */
const scalars = (tape: Tape): string => {
  const column = tape.below(5);
  const first = tape.pick(['a: ', '- ', 'a:\n  b: ', '- a: ', '- - ', 'a:\n- ']) + tape.pick(scalarStarts);
  const lines = Array.from({ length: 1 + tape.below(6) }, () => {
    const indent = Math.max(0, column + tape.pick([0, 0, 0, 0, 1, 2, -1, -2, -9]));
    return ' '.repeat(indent) + tape.pick(scalarLines) + tape.pick(['\n', '\n', '\n', '\r\n', ' \n', '\n\n']);
  });
  const end = tape.pick(['', 'b: c\n', '- d\n', '# c\n', '  # c\nb: c', '"', "'\n", '"\nb: c\n', ' ', '\t', '\tx']);
  return first + tape.pick(['\n', '\n', ' \n', '\r\n', '']) + lines.join('') + end;
};

/** Text that looks like YAML and often is none: every indicator where it may and may not stand. */
export const oddDocuments: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(loose, flows, scalars), fc.uint8Array({ minLength: 40, maxLength: 120, size: 'max' }))
  .map(([make, bytes]) => make(new Tape(bytes)));
