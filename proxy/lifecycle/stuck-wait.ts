import type { Clock } from '../adapters/clock.ts';
import type { Gate } from '../channel/gate.ts';

export interface StuckWaitPorts {
  readonly clock: Pick<Clock, 'after'>;
  readonly gate: Pick<Gate, 'stuck'>;
}

/**
 * Gives back deliveries that can never be sent again, after they have waited for `give-back-after`. It does so only
 * while the app is there: an app that is away has a time limit of its own.
 */
export class StuckWait {
  readonly #ports: StuckWaitPorts;
  readonly #waitMs: number;
  readonly #isOpen: () => boolean;
  readonly #giveBack: () => void;
  #isDue = false;

  constructor(waitMs: number, ports: StuckWaitPorts, isOpen: () => boolean, giveBack: () => void) {
    this.#waitMs = waitMs;
    this.#ports = ports;
    this.#isOpen = isOpen;
    this.#giveBack = giveBack;
  }

  /** A delivery begins to wait. */
  begins(): void {
    this.#ports.clock.after(this.#waitMs, () => {
      this.#isDue = true;
      this.look();
    });
  }

  /** The app may be there. */
  look(): void {
    if (!this.#isDue || !this.#isOpen()) return;
    this.#isDue = false;
    if (this.#ports.gate.stuck() > 0) this.#giveBack();
  }
}
