import { expect } from 'chai';
import { resolvePlain } from '../../../cli/core/manifest/model/scalar.ts';

const cases: readonly (readonly [string, string, unknown])[] = [
  ['', 'null', undefined],
  ['~', 'null', undefined],
  ['NULL', 'null', undefined],
  ['nULL', 'string', 'nULL'],
  ['on', 'bool', true],
  ['y', 'bool', true],
  ['Yes', 'bool', true],
  ['OFF', 'bool', false],
  ['oN', 'string', 'oN'],
  ['0644', 'int', 420n],
  ['0o644', 'int', 420n],
  ['0x1F', 'int', 31n],
  ['0b11', 'int', 3n],
  ['-0b11', 'int', -3n],
  ['1_000', 'int', 1000n],
  ['089', 'float', 89],
  ['12345678901234567890', 'int', 12345678901234567890n],
  ['99999999999999999999', 'float', 1e20],
  ['-9223372036854775808', 'int', -9223372036854775808n],
  ['1e3', 'float', 1000],
  ['.5', 'float', 0.5],
  ['1.', 'float', 1],
  ['.inf', 'float', Number.POSITIVE_INFINITY],
  ['22:22', 'string', '22:22'],
  ['2020-01-01', 'string', '2020-01-01'],
  ['1.2.3', 'string', '1.2.3'],
  ['+1', 'int', 1n],
  ['0x', 'string', '0x'],
  ['-', 'string', '-'],
];

describe('resolvePlain()', () => {
  for (const [text, type, value] of cases) {
    it(`reads ${JSON.stringify(text)} as ${type}, as go-yaml v2 does`, () => {
      const typed = resolvePlain(text);
      expect(typed.type).to.equal(type);
      if (typed.type !== 'null') expect(typed.value).to.equal(value);
    });
  }
});
