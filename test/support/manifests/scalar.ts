import fc from 'fast-check';

const words = [
  'y',
  'N',
  'yes',
  'No',
  'ON',
  'off',
  'oN',
  'true',
  'FALSE',
  'tRUE',
  'null',
  'Null',
  'nULL',
  '~',
  '.inf',
  '-.Inf',
  '+.INF',
  '.nan',
  '.NaN',
  '<<',
  'inf',
  'nan',
  'infinity',
  '0x',
  '0o',
  '0b',
  'e',
  'E',
  'p',
  'T',
  'Z',
] as const;
const pieces = [
  '0',
  '1',
  '7',
  '8',
  '9',
  '10',
  '0644',
  '00',
  '123',
  '2020-01-01',
  '12:30:45',
  '22:22',
  '18446744073709551615',
  '9223372036854775808',
  '99999999999999999999',
  '1e3',
  '0x1F',
  '0o17',
  '0b11',
  '.5',
  'a',
  'f',
  'G',
] as const;
const marks = ['+', '-', '.', '_', ':', 'e', 'x', 'o', 'b', 'E', 'X', 'O', 'B', '.', '_', ' '] as const;

const isOneScalar = (text: string): boolean => !/^[\s:]|[\s:]$|:\s|^[-?] |^-$|^<<$|^$/.test(text);

/** Plain scalars that look like numbers, dates and words of YAML 1.1. */
export const scalars: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(...words, ...pieces),
    fc.array(fc.constantFrom(...pieces, ...marks), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
    fc
      .array(fc.constantFrom(...'0123456789+-._eExXoObB:'), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join('')),
    fc
      .array(fc.constantFrom(...words, ...pieces, ...marks), { minLength: 2, maxLength: 3 })
      .map((parts) => parts.join('')),
  )
  .filter(isOneScalar);
