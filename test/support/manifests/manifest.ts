import fc from 'fast-check';
import { Tape } from './decision-bytes.ts';
import { Printer } from './printer.ts';
import type { Tree } from './tree.ts';
import { listOf, otherObject, workload } from './workload.ts';

/** A stream of manifests, and the pieces it was made of: one document each, its `---` line included. */
export interface Stream {
  readonly text: string;
  readonly pieces: readonly string[];
}

const tape: fc.Arbitrary<Tape> = fc.uint8Array({ maxLength: 900, size: 'max' }).map((bytes) => new Tape(bytes));

const object = (bytes: Tape, index: number): Tree => {
  const id = `app-${index}`;
  switch (bytes.below(8)) {
    case 6:
      return otherObject(bytes, id);
    case 7:
      return listOf(bytes, [
        workload(bytes, `${id}-a`, bytes.chance(80)),
        ...(bytes.chance(50) ? [otherObject(bytes, id)] : []),
        ...(bytes.chance(50) ? [workload(bytes, `${id}-b`, true)] : []),
      ]);
    default:
      return workload(bytes, id, !bytes.chance(15));
  }
};

const separator = (bytes: Tape, isFirst: boolean, isOpen: boolean): string => {
  if (isFirst && isOpen)
    return bytes.pick([
      '',
      '',
      '---\n',
      '# head\n',
      '\n',
      '---\n# Source: a/templates/b.yaml\n',
      '%YAML 1.1\n---\n',
      '# c\n\n---\n',
    ]);
  const marker = bytes.pick([
    '---\n',
    '---\n',
    '---\n# Source: a/templates/b.yaml\n',
    '--- # note\n',
    '---  \n',
    '---\n\n',
  ]);
  if (isOpen) return bytes.pick([marker, '%YAML 1.1\n---\n', '# dapr.io/ after the end\n---\n']);
  return marker;
};

const between = (bytes: Tape): string =>
  bytes.pick([
    '---\n',
    '---\n# only a comment\n',
    '---\n\n\n',
    '---\nnull\n',
    '---\n# dapr.io/enabled: "true"\n',
    '---\n...\n',
  ]);

/** Line ends of a stream: all alike, each document its own, or mixed line by line. */
type LineEnds = 'whole-documents' | 'mixed';

const withLineEnds = (pieces: readonly string[], bytes: Tape, ends: LineEnds): readonly string[] => {
  const style = bytes.pick(['lf', 'lf', 'lf', 'crlf', 'each']);
  if (ends === 'mixed') return pieces.map((piece) => piece.replaceAll('\n', () => (bytes.chance(30) ? '\r\n' : '\n')));
  return pieces.map((piece) =>
    style === 'crlf' || (style === 'each' && bytes.chance(50)) ? piece.replaceAll('\n', '\r\n') : piece,
  );
};

const makeStream = (tapes: readonly Tape[], ends: LineEnds): Stream => {
  const [first = new Tape(new Uint8Array())] = tapes;
  const bom = first.chance(4) ? '\uFEFF' : '';
  const noFinalNewline = first.chance(12);
  let isOpen = true;
  const pieces = tapes.flatMap((bytes, index) => {
    const head = separator(bytes, index === 0, isOpen);
    const tree = object(bytes, index);
    const end = bytes.pick(['', '', '', '', '', '...\n']);
    const body = new Printer(bytes).document(tree) + end;
    const extra = bytes.chance(10) ? [between(bytes)] : [];
    isOpen = (end !== '' && extra.length === 0) || extra[0]?.endsWith('...\n') === true;
    return [head + body, ...extra];
  });
  const ended = withLineEnds(pieces, first, ends);
  const written = ended.map((piece, index) =>
    index === ended.length - 1 && noFinalNewline ? piece.replace(/\r?\n$/, '') : piece,
  );
  // The parser takes the columns of a first line behind a BOM for one too many.
  const [top = '', ...rest] = written;
  const marked = [/^\s/.test(top) ? top : bom + top, ...rest];
  return { text: marked.join(''), pieces: marked };
};

const tapes = fc.array(tape, { minLength: 1, maxLength: 4, size: 'max' });

/** Random Kubernetes objects in random styles. */
export const streams: fc.Arbitrary<Stream> = tapes.map((list) => makeStream(list, 'whole-documents'));

/** The same with both line ends in one document. */
export const mixedStreams: fc.Arbitrary<Stream> = tapes.map((list) => makeStream(list, 'mixed'));

const plainValue = (tree: Tree): string => {
  switch (tree.kind) {
    case 'text':
      return JSON.stringify(tree.text);
    case 'prose':
      return JSON.stringify(tree.lines.join('\n'));
    case 'typed':
      return tree.source === '' || tree.source === '~' ? 'null' : tree.source.startsWith('0x') ? '60' : tree.source;
    case 'seq':
      return `[${tree.items.map(plainValue).join(',')}]`;
    case 'shared':
      return plainValue(tree.tree);
    case 'map':
      return `{${tree.entries
        .filter(([key]) => key !== '<<')
        .map(([key, value]) => `${JSON.stringify(key)}:${plainValue(value)}`)
        .join(',')}}`;
  }
};

/** JSON values, one a line. */
export const ndjson: fc.Arbitrary<string> = tapes.map(
  (list) =>
    list
      .map((bytes, index) => {
        const json = plainValue(object(bytes, index));
        const spaced = bytes.chance(30) ? JSON.stringify(JSON.parse(json), null, 1).replaceAll(/\n\s*/g, ' ') : json;
        return bytes.chance(15) ? spaced.replaceAll('dapr.io/', 'dapr.io\\/') : spaced;
      })
      .join('\n') + (list.length % 2 === 0 ? '' : '\n'),
);

/** One JSON value over several lines. */
export const prettyJson: fc.Arbitrary<string> = tape.map((bytes) => {
  const json = JSON.parse(plainValue(object(bytes, 0))) as unknown;
  return `${JSON.stringify(json, null, bytes.pick([2, 4, '\t', 1]))}${bytes.pick(['\n', '', '\n\n'])}`;
});
