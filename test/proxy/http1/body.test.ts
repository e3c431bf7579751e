import { expect } from 'chai';
import { type BodyProgress, bodyReader } from '../../../proxy/http1/body.ts';
import type { Framing } from '../../../proxy/http1/head.ts';

/** Bytes after a body, which must not count as a part of it. */
const next = 'POST / HTTP/1.1\r\n\r\n';

/** Where a body ends when it comes in pieces; `?` where it is ambiguous, `more` where its end has not come. */
const endOf = (framing: Framing, pieces: readonly Buffer[]): number | '?' | 'more' => {
  const body = bodyReader(framing);
  let before = 0;
  for (const piece of pieces) {
    const progress: BodyProgress = body.advance(piece, 0);
    if (progress.kind === 'ambiguous') return '?';
    if (progress.kind === 'end') return before + progress.at;
    before += piece.length;
  }
  return 'more';
};

const inPieces = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

const chunked: Framing = { kind: 'chunked' };

describe('bodyReader()', () => {
  it('no body ends where it begins', () => {
    expect(bodyReader({ kind: 'none' }).advance(Buffer.from(next), 7)).to.deep.equal({ kind: 'end', at: 7 });
  });

  it('a length ends after so many bytes, wherever it is split', () => {
    const bytes = Buffer.from(`twelve bytes${next}`);
    for (let size = 1; size <= bytes.length; size += 1)
      expect(endOf({ kind: 'length', bytes: 12 }, inPieces(bytes, size)), `${size} a time`).to.equal(12);
    expect(endOf({ kind: 'length', bytes: 13 }, [Buffer.from('twelve bytes')])).to.equal('more');
  });

  it('a body without a length ends with its connection', () => {
    const body = bodyReader({ kind: 'until-close' });
    expect(body.advance(Buffer.from(next), 0)).to.deep.equal({ kind: 'more' });
    expect(body.endsWithConnection).to.equal(true);
    for (const framing of [chunked, { kind: 'none' }, { kind: 'length', bytes: 1 }] as const)
      expect(bodyReader(framing).endsWithConnection).to.equal(false);
  });

  const whole: readonly (readonly [string, string])[] = [
    ['nothing', '0\r\n\r\n'],
    ['one chunk', '5\r\nhello\r\n0\r\n\r\n'],
    ['many chunks', '1\r\na\r\n2\r\nbc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n'],
    ['sizes in both cases, with zeros before them', 'a\r\n0123456789\r\n00A\r\n0123456789\r\n000\r\n\r\n'],
    ['data that looks like framing', '7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n'],
    ['extensions', '5;a\r\nhello\r\n5;a=b;c="d e;\t\xe9"\r\nhello\r\n0;last\r\n\r\n'],
    ['trailers', '5\r\nhello\r\n0\r\nX-Sum: 1\r\nY:\r\nZ: \xe9\t: 0\r\n\r\n'],
  ];
  for (const [name, text] of whole)
    it(`chunks, ${name}: the end is found wherever they are split`, () => {
      const bytes = Buffer.from(`${text}${next}`, 'latin1');
      for (let size = 1; size <= bytes.length; size += 1)
        expect(endOf(chunked, inPieces(bytes, size)), `${size} a time`).to.equal(text.length);
      for (let cut = 1; cut < text.length; cut += 1) {
        expect(endOf(chunked, [bytes.subarray(0, cut)]), `cut at ${cut}`).to.equal('more');
        expect(endOf(chunked, [bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).to.equal(text.length);
      }
    });

  const junk: readonly string[] = [
    '\r\n',
    ';a\r\n',
    'g\r\n',
    '-5\r\nhello\r\n',
    '+5\r\nhello\r\n',
    '0x5\r\nhello\r\n',
    ' 5\r\nhello\r\n',
    '5 \r\nhello\r\n',
    '5\t;a\r\nhello\r\n',
    '5 ;a\r\nhello\r\n',
    '5\nhello\r\n',
    '5\rhello\r\n',
    '5;a\nhello\r\n',
    '5;a\rb\r\nhello\r\n',
    '5;a\0\r\nhello\r\n',
    '5\0\r\nhello\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhello!\r\n0\r\n\r\n',
    '5\r\nhello0\r\n\r\n',
    '5\r\nhello\r\r\n0\r\n\r\n',
    '0000000000005\r\nhello\r\n',
    'fffffffffffff\r\n',
    '0\r\nX\r\n\r\n',
    '0\r\nX : y\r\n\r\n',
    '0\r\n X: y\r\n\r\n',
    '0\r\nX: y\r\n z\r\n\r\n',
    '0\r\nX: y\n\r\n',
    '0\r\nX: y\0\r\n\r\n',
    '0\r\nX: y\rZ: 1\r\n\r\n',
    '0\r\n: y\r\n\r\n',
    '0\r\n\n',
    '0\r\n\rX',
  ];
  for (const text of junk)
    it(`${JSON.stringify(text)} is ambiguous, wherever it is split`, () => {
      // If it counted as valid, there would be an end.
      const bytes = Buffer.from(`${text}0\r\n\r\n`, 'latin1');
      for (let size = 1; size <= bytes.length; size += 1)
        expect(endOf(chunked, inPieces(bytes, size)), `${size} a time`).to.equal('?');
    });

  it('lines of 64 KB are accepted, longer ones are not', () => {
    const extension = (bytes: number): Buffer => Buffer.from(`5;${'e'.repeat(bytes)}\r\nhello\r\n0\r\n\r\n`);
    expect(endOf(chunked, [extension(65_000)])).to.equal(extension(65_000).length);
    expect(endOf(chunked, [extension(66_000)])).to.equal('?');
    const trailers = (count: number): Buffer => Buffer.from(`0\r\n${'X: y\r\n'.repeat(count)}\r\n`);
    expect(endOf(chunked, [trailers(10_000)])).to.equal(trailers(10_000).length);
    expect(endOf(chunked, [trailers(11_000)])).to.equal('?');
  });

  it('a chunk of many gigabytes is counted, not kept', () => {
    const body = bodyReader(chunked);
    const piece = Buffer.alloc(1024 * 1024);
    expect(body.advance(Buffer.from('ffffffffffff\r\n'), 0)).to.deep.equal({ kind: 'more' });
    for (let times = 0; times < 3000; times += 1) expect(body.advance(piece, 0)).to.deep.equal({ kind: 'more' });
  });
});
