import { expect } from 'chai';
import { formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import { decode } from '../../../cli/run/inputs.ts';

const said = (bytes: Uint8Array): string => {
  const read = decode('x.yaml', bytes);
  return read.ok ? read.value.text : formatDiagnostic(read.error);
};

/** The bytes of a text, and then others. */
const bytesOf = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

describe('encodings', () => {
  const wrong: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    'the first byte': [bytesOf([0xff], 'a: b\n'), /^x\.yaml:1:1: .*byte 0xff at offset 0 /],
    'Latin-1 on the second line': [
      bytesOf('a: b\nc: caf', [0xe9], '\nd: e\n'),
      /^x\.yaml:2:7: .*byte 0xe9 at offset 11 /,
    ],
    'behind characters of several bytes': [bytesOf('ü: 🎉', [0xc3], 'a\n'), /^x\.yaml:1:5: .*byte 0xc3 at offset 8 /],
    'a character that the end cuts': [bytesOf('a: ', [0xf0, 0x9f, 0x8e]), /^x\.yaml:1:4: .*byte 0xf0 at offset 3 /],
    'an overlong form': [bytesOf('a: ', [0xc0, 0xaf], '\n'), /byte 0xc0 at offset 3 /],
    'a surrogate': [bytesOf('a: ', [0xed, 0xa0, 0x80], '\n'), /byte 0xed at offset 3 /],
    'a byte far behind': [
      bytesOf('# c\n'.repeat(50_000), [0x80], 'a: b\n'),
      /^x\.yaml:50001:1: .*byte 0x80 at offset 200000 /,
    ],
    'UTF-16': [Buffer.from('\uFEFFa: b\n', 'utf16le'), /^x\.yaml: .*UTF-16LE.*iconv -f utf-16le -t utf-8 FILE$/],
    'UTF-16 the other way': [Buffer.from('\uFEFFa: b\n', 'utf16le').swap16(), /iconv -f utf-16be -t utf-8 FILE$/],
  };
  for (const [name, [bytes, words]] of Object.entries(wrong))
    it(`names ${name}`, () => expect(said(bytes)).to.match(words));

  it('keeps a byte order mark and every character', () => {
    const text = '\uFEFFü: 🎉\u2028\uFFFD\u0000';
    expect(said(Buffer.from(text))).to.equal(text);
  });
});
