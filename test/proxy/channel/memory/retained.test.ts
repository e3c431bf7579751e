import { expect } from 'chai';
import { copyOf } from '../../../../proxy/channel/memory/buffer-pool.ts';
import { MemoryBudget, Share } from '../../../../proxy/channel/memory/memory-budget.ts';
import { Retained } from '../../../../proxy/channel/memory/retained.ts';

const mebibyte = 1024 * 1024;
/** What Node keeps for a buffer besides its bytes. */
const overheadBytes = 96;

describe('Retained', () => {
  it('keeps chunks in their order, and counts their memory', () => {
    const budget = new MemoryBudget();
    const retained = new Retained(budget);
    for (const text of ['one', 'two']) retained.add(Buffer.from(text));
    expect(Buffer.concat(retained.chunks ?? []).toString()).to.equal('onetwo');
    expect(budget.usedBytes).to.equal(6 + 2 * overheadBytes);
  });

  it('is full above 6 MiB', () => {
    const retained = new Retained(new MemoryBudget(64 * mebibyte));
    retained.add(Buffer.alloc(6 * mebibyte));
    expect(retained.isFull).to.equal(false);
    retained.add(Buffer.alloc(1));
    expect(retained.isFull).to.equal(true);
  });

  it('is full if the budget is spent', () => {
    const budget = new MemoryBudget(1000);
    const retained = new Retained(budget);
    retained.add(Buffer.alloc(1000 - overheadBytes));
    expect(retained.isFull).to.equal(false);
    new Share(budget).set(1);
    expect(retained.isFull).to.equal(true);
  });

  it('is full above 1 MiB while memory is tight, and only then', () => {
    const budget = new MemoryBudget(64 * mebibyte);
    const other = new Share(budget);
    other.set(40 * mebibyte);
    const retained = new Retained(budget);
    retained.add(Buffer.alloc(mebibyte));
    expect(retained.isFull, '1 MiB, tight').to.equal(false);
    retained.add(Buffer.alloc(1));
    expect(retained.isFull, 'more than 1 MiB, tight').to.equal(true);
    other.set(0);
    expect(retained.isFull, 'more than 1 MiB, not tight').to.equal(false);
  });

  it('keeps nothing once it is dropped', () => {
    const budget = new MemoryBudget();
    const retained = new Retained(budget);
    retained.add(Buffer.from('one'));
    retained.drop();
    retained.add(Buffer.from('two'));
    expect([retained.chunks, budget.usedBytes]).to.deep.equal([undefined, 0]);
  });

  it('recycles the memory of its chunks', () => {
    const bytes = Buffer.alloc(1000);
    const retained = new Retained(new MemoryBudget());
    const chunk = copyOf(bytes, bytes.length);
    retained.add(chunk);
    retained.recycle();
    expect(retained.chunks).to.equal(undefined);
    expect(copyOf(bytes, bytes.length).buffer).to.equal(chunk.buffer);
  });
});
