import type { Clock } from '../adapters/clock.ts';
import type { Gate } from '../channel/gate.ts';

export interface StuckWaitPorts {
  readonly clock: Pick<Clock, 'after'>;
  readonly gate: Pick<Gate, 'stuck'>;
}

/**
 * Gives deliveries back that can never be sent again, when they have waited for long enough. That needs an app that is
 * there: while it is away its own time runs, and after that it is looked for again.
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

  /** A delivery waits from now on. */
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
