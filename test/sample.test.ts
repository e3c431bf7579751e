import { expect } from 'chai';
import { sampleOf, seedFor } from './support/sample.ts';

interface Row {
  readonly broker: string;
  readonly work: string;
}

const rows: readonly Row[] = ['RabbitMQ', 'Redis', 'Kafka'].flatMap((broker) =>
  ['0.1 s', '2 s', '40 s'].map((work) => ({ broker, work })),
);
const population = {
  items: rows,
  nameOf: ({ broker, work }: Row) => `${broker}, ${work}`,
  kindsOf: ({ broker, work }: Row) => [broker, work],
};
const seeds = Array.from({ length: 50 }, (_, index) => `commit-${index}`);
const sampleWith = (seed: string): readonly Row[] => sampleOf(population, { seed, isWhole: false });

describe('a sample of the long tests', () => {
  it('has every kind of scenario, whatever the seed', () => {
    for (const seed of seeds) {
      const kinds = sampleWith(seed).flatMap(population.kindsOf);
      expect(new Set(kinds), seed).to.deep.equal(new Set(rows.flatMap(population.kindsOf)));
    }
  });

  it('is small: as many items as there are kinds of the dimension with the most', () => {
    for (const seed of seeds) expect(sampleWith(seed), seed).to.have.length(3);
  });

  it('has as many items as are asked for', () => {
    for (const seed of seeds)
      expect(sampleOf({ ...population, atLeast: 7 }, { seed, isWhole: false })).to.have.length(7);
  });

  it('is the same for the same seed, in the order of the whole', () => {
    const sample = sampleWith('a');
    expect(sampleWith('a')).to.deep.equal(sample);
    expect(sample.map((row) => rows.indexOf(row))).to.deep.equal(sample.map((row) => rows.indexOf(row)).sort());
  });

  it('differs from commit to commit, so that every item has its turn', () => {
    const chosen = new Set(seeds.flatMap(sampleWith));
    expect(chosen.size).to.equal(rows.length);
  });

  it('is everything in a full run', () => {
    expect(sampleOf(population, { seed: 'a', isWhole: true })).to.equal(rows);
  });

  it('gives every suite chances of its own', () => {
    expect(seedFor('one', 'a')).not.to.equal(seedFor('two', 'a'));
    expect(seedFor('one', 'a')).not.to.equal(seedFor('one', 'b'));
  });
});
