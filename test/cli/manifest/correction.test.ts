import { expect } from 'chai';
import fc from 'fast-check';
import { correct, correctionBetween } from '../../../cli/core/manifest/text/correction.ts';

describe('corrections', () => {
  it('make the second of two texts of the first', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (from, to) => {
        const correction = correctionBetween(from, to);
        expect(correction === undefined).to.equal(from === to);
        if (correction !== undefined) expect(correct(from, correction)).to.equal(to);
      }),
    );
  });

  it('are as short as one replacement can be', () => {
    expect(correctionBetween('a: b\r\nc\n', 'a: b\nc\n')).to.include({ start: 4, end: 5, text: '' });
    expect(correctionBetween('aa', 'aaa')).to.include({ start: 2, end: 2, text: 'a' });
  });

  it('leave a text alone that they were not made for', () => {
    const correction = correctionBetween('image: x\n', 'image: x \n');
    if (correction === undefined) throw new Error('the texts differ');
    for (const other of ['image: y\n', '', 'image: x', '\uFEFFimage: x\n'])
      expect(correct(other, correction)).to.equal(other);
  });
});
