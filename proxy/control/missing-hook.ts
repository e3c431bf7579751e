import { type Clock, sleep } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import { controlPort } from '../contract/names.ts';
import type { Phase } from '../policy/phase.ts';

/** The kubelet calls all hooks of a pod at once; on a busy node each may come late. */
const withinMs = 10_000;

const words = `the pod goes and nobody has called the app's preStop hook, so the app got its SIGTERM at once: a service mesh or a network policy keeps the kubelet from port ${controlPort}. See "With a service mesh" in the README.`;

/** Says that the app was not kept for the drain, where its hook does not come. */
export class MissingHook {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #heard: Promise<'called' | 'stopping'>;
  #hear: (what: 'called' | 'stopping') => void = () => {};

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
    this.#heard = new Promise((resolve) => {
      this.#hear = resolve;
    });
  }

  hookCalled(): void {
    this.#hear('called');
  }

  /** The kubelet ends the sidecar when all containers have ended: nothing is to come. */
  sidecarStops(): void {
    this.#hear('stopping');
  }

  /** Whether the app was there when its pod was deleted. One that nobody kept may be gone before the sidecar is told. */
  isExpected(phase: Phase, sinceMs: number): boolean {
    const isJustGone = phase === 'app-down' && this.#clock.nowMs() - sinceMs < withinMs;
    return phase === 'open' || phase === 'let-in' || isJustGone;
  }

  /** Waits for the hook of an app that was there when its pod was deleted. */
  async podGoing(): Promise<void> {
    const heard = await Promise.race([this.#heard, sleep(this.#clock, withinMs)]);
    if (heard !== 'called') this.#log.warn({ port: controlPort }, words);
  }
}
