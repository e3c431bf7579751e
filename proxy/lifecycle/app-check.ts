import type { Clock } from '../adapters/clock.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Gate } from '../channel/gate.ts';
import type { Config } from '../config.ts';
import { isAppGone } from './app-gone.ts';
import type { CurrentPhase } from './current-phase.ts';

export interface AppCheckPorts {
  readonly clock: Clock;
  readonly gate: Pick<Gate, 'release'>;
  readonly prober: Prober;
}

/**
 * Checks whether an app that connections failed to has crashed, one check at a time in each visit of a phase. If the
 * app is there, it gets the requests again that waited for this.
 */
export class AppCheck {
  readonly #config: Pick<Config, 'app' | 'ready' | 'readyProbeTimeoutMs'>;
  readonly #ports: AppCheckPorts;
  readonly #phase: Pick<CurrentPhase, 'signal'>;
  readonly #appGone: (cause: string) => void;
  /** The visit in which a check is under way. */
  #checking: AbortSignal | undefined;
  /** How many requests have lost their connection, or got none, since the check began. */
  #cuts = 0;

  constructor(
    config: Pick<Config, 'app' | 'ready' | 'readyProbeTimeoutMs'>,
    ports: AppCheckPorts,
    phase: Pick<CurrentPhase, 'signal'>,
    appGone: (cause: string) => void,
  ) {
    this.#config = config;
    this.#ports = ports;
    this.#phase = phase;
    this.#appGone = appGone;
  }

  /** Begins a check, unless one is under way. `isNeeded`: a request waits for a new connection. */
  async connectionFailed(isNeeded: boolean): Promise<void> {
    const { signal } = this.#phase;
    const isChecking = this.#checking === signal;
    if (!isChecking) this.#cuts = 0;
    if (isNeeded) this.#cuts += 1;
    if (isChecking) return;
    this.#checking = signal;
    const isGone = await isAppGone(this.#config, this.#ports, signal, () => this.#cuts);
    if (signal.aborted) return;
    this.#checking = undefined;
    if (isGone) this.#appGone('its connections ended, its port refuses new ones');
    else if (this.#cuts > 0) this.#ports.gate.release();
  }
}
