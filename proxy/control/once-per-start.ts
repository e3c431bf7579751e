import { type Clock, sleep } from '../adapters/clock.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';
import type { HookTime } from '../lifecycle/hook-time.ts';

/** A container is not started again within this time. */
const quickMs = 250;
/** Once the kubelet would have ended the app: somebody else has called the hook. */
const slowMs = 1000;

/**
 * The app's own preStop hook, for a restart of its container: anybody may call what the kubelet calls, so that it is run
 * once for each start of the app, whoever calls and how often. The app has started anew when its port has refused.
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

  /** Resolves when the hook has run for this start of the app; `first` is called where it had not been begun. */
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

  /** A quick restart would not be noticed without traffic. */
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
