/**
 * Whoever has only one try left goes to the app alone: one of those that are cut together crashes it each time, and the
 * others must not be let fail with it.
 */
export class LastTry<Owner> {
  readonly #whenFree: () => void;
  #owner: Owner | undefined;

  constructor(whenFree: () => void) {
    this.#whenFree = whenFree;
  }

  /** Whether it is this one's turn. */
  take(owner: Owner): boolean {
    this.#owner ??= owner;
    return this.#owner === owner;
  }

  /** It was cut: the next one waits until the app is known to be there. */
  giveUp(owner: Owner): void {
    if (this.#owner === owner) this.#owner = undefined;
  }

  /** It is over, and the next one may go. */
  free(owner: Owner): void {
    if (this.#owner !== owner) return;
    this.#owner = undefined;
    this.#whenFree();
  }
}
