import { type Clock, sleep } from '../adapters/clock.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';
import type { HookTime } from '../lifecycle/hook-time.ts';

/** The kubelet does not restart a container within this time. */
const quickMs = 250;
/** Used once the kubelet would have ended the app, so that another client must have called the hook. */
const slowMs = 1000;

/**
 * Runs the app's own preStop hook before a restart of its container, once for each start of the app: any client may
 * call what the kubelet calls, and as often as it likes. The app has started again once its port has refused
 * connections.
 */
export class OncePerStart {
  readonly #app: Config['app'];
  readonly #ports: { readonly clock: Clock; readonly prober: Prober };
  readonly #hook: (time: HookTime) => Promise<void>;
  readonly #gracePeriodMs: number;
  readonly #isOver: () => boolean;
  #ran: Promise<void> | undefined;

  constructor(
    { app, gracePeriodMs }: Pick<Config, 'app' | 'gracePeriodMs'>,
    ports: { readonly clock: Clock; readonly prober: Prober },
    hook: (time: HookTime) => Promise<void>,
    isOver: () => boolean,
  ) {
    this.#app = app;
    this.#gracePeriodMs = gracePeriodMs;
    this.#ports = ports;
    this.#hook = hook;
    this.#isOver = isOver;
  }

  /** Resolves when the hook has run for this start of the app; calls `first` if it has not begun yet. */
  run(time: HookTime, first: () => void): Promise<void> {
    if (this.#ran === undefined) {
      first();
      this.#ran = this.#hook(time);
      void this.#ran.then(() => this.#untilRestarted());
    }
    return this.#ran;
  }

  /** The app's port refuses. */
  appIsGone(): void {
    this.#ran = undefined;
  }

  /** Watches the port: without traffic daps would not notice a quick restart. */
  async #untilRestarted(): Promise<void> {
    const { clock, prober } = this.#ports;
    const ran = this.#ran;
    const quickUntilMs = clock.nowMs() + this.#gracePeriodMs;
    while (this.#ran === ran && !this.#isOver()) {
      if (await prober.isRefused(this.#app.host, this.#app.port)) this.appIsGone();
      else await sleep(clock, clock.nowMs() < quickUntilMs ? quickMs : slowMs);
    }
  }
}
