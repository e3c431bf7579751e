import { unreachable } from '../contract/unreachable.ts';

/** The longest that all other work waits for a delivery that is retried alone, which may hang. */
const aloneMs = 60_000;

export interface SoloRetryCalls<Owner> {
  /** Whether the app has no delivery and no job. */
  readonly isIdle: () => boolean;
  /** Called for each that is retried alone. */
  readonly taken: (owner: Owner) => void;
  /** Forwards what is held and may go. */
  readonly release: () => void;
  /** Calls once, after a time; returns what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

/**
 * Whose turn it is.
 *
 *         app busy              app idle
 *   open ──────────▶ emptying ───────────▶ alone
 *    ▲ ▲                │ │ 1 min       1 min │ │
 *    │ ╰──left, cut─────╯ ╰─▶ side-by-side ◀──╯ │
 *    ├──────────────cut───────────╯             │
 *    ╰──────────────left, cut───────────────────╯
 *
 * From open to alone in one step if the app is idle at once.
 */
type State<Owner> =
  /** Work goes side by side, unless a last try waits. */
  | { readonly at: 'open' }
  /** A last try waits until the app has no other work. */
  | { readonly at: 'emptying'; readonly cancelTimer: () => void }
  /** The app has `owner`, and gets no other work. */
  | { readonly at: 'alone'; readonly owner: Owner; readonly cancelTimer: () => void }
  /** The minute is over, so last tries go side by side, until the next cut. */
  | { readonly at: 'side-by-side' };

/**
 * Retries a delivery alone on its last try. After repeated crashes, any delivery may be the one that crashes the app, so
 * each gets its last try alone. All other work waits, for at most one minute.
 */
export class SoloRetry<Owner> {
  readonly #calls: SoloRetryCalls<Owner>;
  readonly #waiting = new Set<Owner>();
  #state: State<Owner> = { at: 'open' };
  /** False from a cut until the app is known to be ready again. */
  #isAppThere = true;

  constructor(calls: SoloRetryCalls<Owner>) {
    this.#calls = calls;
  }

  /** Whether work with tries left must wait. */
  get isClosed(): boolean {
    const { at } = this.#state;
    switch (at) {
      case 'open':
      case 'emptying':
        return this.#waiting.size > 0;
      case 'alone':
        return true;
      case 'side-by-side':
        return false;
      default:
        return unreachable(at);
    }
  }

  /** Records a cut; `isLast` if the owner waits with one try left. */
  cut(owner: Owner, isLast: boolean): void {
    this.#isAppThere = false;
    if (this.#state.at !== 'alone' || this.#state.owner === owner) this.#reopen();
    if (isLast) this.#waiting.add(owner);
  }

  /** The app is ready: those that wait may have their turn. */
  appIsThere(): void {
    this.#isAppThere = true;
  }

  /** Whether the owner may go to the app now. If this is its last try, it goes alone from here on. */
  admits(owner: Owner): boolean {
    if (!this.#waiting.has(owner)) return !this.isClosed;
    if (!this.#takesTurn(owner)) return false;
    this.#waiting.delete(owner);
    return true;
  }

  /** The owner needs no turn any more: it is answered, given up, or cannot be sent again. */
  left(owner: Owner): void {
    const hadTurn = this.#state.at === 'alone' && this.#state.owner === owner;
    const hasWaited = this.#waiting.delete(owner);
    if (hadTurn || (hasWaited && this.#state.at === 'emptying')) this.#reopen();
    if (this.#isAppThere && (hadTurn || hasWaited || this.#waiting.size > 0)) this.#calls.release();
  }

  #takesTurn(owner: Owner): boolean {
    const state = this.#state;
    switch (state.at) {
      case 'open':
        if (this.#calls.isIdle()) this.#retryAlone(owner);
        else this.#state = { at: 'emptying', cancelTimer: this.#afterLimit() };
        return this.#state.at === 'alone';
      case 'emptying':
        if (!this.#calls.isIdle()) return false;
        state.cancelTimer();
        this.#retryAlone(owner);
        return true;
      case 'alone':
        return false;
      case 'side-by-side':
        return true;
      default:
        return unreachable(state);
    }
  }

  #retryAlone(owner: Owner): void {
    this.#state = { at: 'alone', owner, cancelTimer: this.#afterLimit() };
    this.#calls.taken(owner);
  }

  #afterLimit(): () => void {
    return this.#calls.after(aloneMs, () => {
      this.#state = { at: 'side-by-side' };
      this.#calls.release();
    });
  }

  #reopen(): void {
    if ('cancelTimer' in this.#state) this.#state.cancelTimer();
    this.#state = { at: 'open' };
  }
}
