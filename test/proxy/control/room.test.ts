import { expect } from 'chai';
import { Room } from '../../../proxy/control/room.ts';

interface Guest {
  readonly address: string;
  readonly name: string;
}

describe('a room of the control port', () => {
  /** Lets guests come one after the other, named after their address and turn; answers who is left. */
  const left = (room: Room<Guest>, addresses: readonly string[]): readonly string[] => {
    for (const [index, address] of addresses.entries()) {
      const leaver = room.enter({ address, name: `${address}${index}` });
      if (leaver !== undefined) room.leave(leaver);
    }
    return [...room].map(({ name }) => name);
  };

  it('has room for so many', () => {
    const room = new Room<Guest>(3, 'its newest');
    expect(left(room, ['a', 'b', 'a'])).to.have.members(['a0', 'b1', 'a2']);
    expect(room.count).to.equal(3);
  });

  for (const goes of ['its newest', 'its oldest'] as const) {
    it(`keeps guests from an address with few (${goes} goes)`, () => {
      const strangers = Array.from({ length: 10_000 }, (_, index) => `stranger-${index % 7}`);
      const room = new Room<Guest>(64, goes);
      expect(left(room, ['node', 'node', ...strangers])).to.include.members(['node0', 'node1']);
      expect(room.count).to.equal(64);
    });

    it(`admits an address with few to a full room (${goes} goes)`, () => {
      const strangers = Array.from({ length: 1000 }, (_, index) => `stranger-${index % 7}`);
      expect(left(new Room<Guest>(64, goes), [...strangers, 'node'])).to.include('node1000');
    });
  }

  it('removes the newest guest if waiting counts, and the oldest if arriving counts', () => {
    expect(left(new Room<Guest>(2, 'its newest'), ['a', 'a', 'a'])).to.deep.equal(['a0', 'a1']);
    expect(left(new Room<Guest>(2, 'its oldest'), ['a', 'a', 'a'])).to.deep.equal(['a1', 'a2']);
    expect(left(new Room<Guest>(2, 'its newest'), ['a', 'b', 'c'])).to.deep.equal(['a0', 'b1']);
    expect(left(new Room<Guest>(2, 'its oldest'), ['a', 'b', 'c'])).to.deep.equal(['b1', 'c2']);
  });

  it('counts a guest once who leaves twice', () => {
    const room = new Room<Guest>(2, 'its newest');
    const guest = { address: 'a', name: 'a' };
    room.enter(guest);
    room.leave(guest);
    room.leave(guest);
    expect(room.count).to.equal(0);
  });
});
