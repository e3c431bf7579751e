/**
 * Random bytes that decisions are read from, one after the other. A decision of 0 is always the plainest one and a tape
 * that has ended answers 0, so that fast-check, which shortens arrays and lowers numbers, shrinks to plain manifests.
 */
export class Tape {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return Math.floor((byte * count) / 256);
  }

  /** Whether something happens that happens in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(1000) >= 1000 - percent * 10;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  /** Some of the items, each with the same chance. */
  some<T>(percent: number, items: readonly T[]): readonly T[] {
    return items.filter(() => this.chance(percent));
  }

  shuffle<T>(items: readonly T[]): readonly T[] {
    if (!this.chance(50)) return items;
    return items
      .map((item) => ({ item, rank: this.below(256) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }
}
