/** What must not be left behind when somebody presses Ctrl-C. */
export class Stops {
  readonly #stops: (() => Promise<void>)[] = [];
  isStopping = false;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void this.#stopAll());
  }

  /** What was begun last is stopped first. */
  add(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  async #stopAll(): Promise<void> {
    this.isStopping = true;
    for (const stop of this.#stops.reverse()) await stop().catch(() => {});
    process.exit(130);
  }
}
