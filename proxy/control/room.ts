/**
 * A room with a limited number of places, for guests from addresses. Every guest may enter. If one is too many, a guest
 * from the address with the most guests leaves, so that no one can push out guests from an address with few.
 */
export class Room<T extends { readonly address: string }> {
  readonly #places: number;
  /** Which guest of an address with too many leaves. */
  readonly #goes: 'its oldest' | 'its newest';
  readonly #byAddress = new Map<string, Set<T>>();
  #count = 0;

  constructor(places: number, goes: 'its oldest' | 'its newest') {
    this.#places = places;
    this.#goes = goes;
  }

  get count(): number {
    return this.#count;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const guests of this.#byAddress.values()) yield* guests;
  }

  /** Takes a place. Returns the guest that has to leave for it, which may be the new one. */
  enter(guest: T): T | undefined {
    const guests = this.#byAddress.get(guest.address) ?? new Set();
    this.#byAddress.set(guest.address, guests.add(guest));
    this.#count += 1;
    return this.#count > this.#places ? this.#oneTooMany(guest, guests) : undefined;
  }

  leave(guest: T): void {
    const guests = this.#byAddress.get(guest.address);
    if (guests?.delete(guest) !== true) return;
    this.#count -= 1;
    if (guests.size === 0) this.#byAddress.delete(guest.address);
  }

  /** If several addresses have most, the newest guest leaves if newest ones leave, and stays if oldest ones do. */
  #oneTooMany(newest: T, own: Set<T>): T | undefined {
    let most = own;
    let size = this.#goes === 'its newest' ? own.size : own.size - 1;
    for (const guests of this.#byAddress.values())
      if (guests !== own && guests.size > size) {
        most = guests;
        size = guests.size;
      }
    const [oldest] = most;
    return most === own && this.#goes === 'its newest' ? newest : oldest;
  }
}
