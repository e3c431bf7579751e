/** Others wait for one that has the app to itself for this long, and no longer: it may hang, and they need not. */
const aloneMs = 60_000;

export interface SoloRetryCalls<Owner> {
  /** Whether the app has no delivery and no job in hand. */
  readonly isIdle: () => boolean;
  /** Told of each that goes alone. */
  readonly taken: (owner: Owner) => void;
  /** Sends on what waits and may go. */
  readonly release: () => void;
  /** Calls once, after a time; answers what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

/**
 * Whoever has only one try left goes to the app alone, and all other work waits: one of those that were cut together
 * crashes the app each time, maybe one that has only just come, and nobody else must be let fail with it.
 */
export class SoloRetry<Owner> {
  readonly #ports: SoloRetryCalls<Owner>;
  readonly #waiting = new Set<Owner>();
  #alone: Owner | undefined;
  /** Since something was cut nobody has seen the app. */
  #isSuspected = false;
  /** Off when one has been alone for too long: then all go side by side. */
  #isStrict = true;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: SoloRetryCalls<Owner>) {
    this.#ports = ports;
  }

  /** Whether work that has tries left must wait. */
  get isClosed(): boolean {
    return this.#isStrict && (this.#alone !== undefined || this.#waiting.size > 0);
  }

  /** It was cut; `isLast` where it waits with one try left. */
  cut(owner: Owner, isLast: boolean): void {
    this.#endLimit();
    this.#isStrict = true;
    this.#isSuspected = true;
    if (this.#alone === owner) this.#alone = undefined;
    if (isLast) this.#waiting.add(owner);
  }

  /** The app is there: what waits may have its turn. */
  appIsThere(): void {
    this.#isSuspected = false;
  }

  /** Whether it may go to the app now; one with its last try goes alone from here on. */
  admits(owner: Owner): boolean {
    if (!this.#waiting.has(owner)) return !this.isClosed;
    if (this.#isStrict && !this.#takesTurn(owner)) return false;
    this.#waiting.delete(owner);
    return true;
  }

  /** It needs no turn any more: it was answered, given up, or cannot be sent again. */
  left(owner: Owner): void {
    const hadTurn = this.#alone === owner;
    if (hadTurn) this.#alone = undefined;
    const hasWaited = this.#waiting.delete(owner);
    if (hadTurn || hasWaited) this.#endLimit();
    if (!this.#isSuspected && (hadTurn || hasWaited || this.#waiting.size > 0)) this.#ports.release();
  }

  #takesTurn(owner: Owner): boolean {
    if (this.#alone !== undefined) return false;
    if (!this.#ports.isIdle()) {
      this.#limit();
      return false;
    }
    this.#endLimit();
    this.#limit();
    this.#alone = owner;
    this.#ports.taken(owner);
    return true;
  }

  /** From the first that must wait, or from the turn of the one that goes. */
  #limit(): void {
    this.#cancelTimer ??= this.#ports.after(aloneMs, () => {
      this.#cancelTimer = undefined;
      this.#isStrict = false;
      this.#alone = undefined;
      this.#ports.release();
    });
  }

  #endLimit(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
