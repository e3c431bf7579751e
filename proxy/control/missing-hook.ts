import { type Clock, sleep } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import { controlPort } from '../contract/names.ts';
import type { Phase } from '../policy/phase.ts';

/** The kubelet calls all hooks of a pod at once. On a busy node each may be late. */
const withinMs = 10_000;

const words = `the pod goes and nobody has called the app's preStop hook, so the app got its SIGTERM at once: a service mesh or a network policy keeps the kubelet from port ${controlPort}. See "With a service mesh" in the README.`;

/** Warns that the app may stop before the drain, if its hook does not arrive. */
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

  /** The kubelet ends the sidecar when all containers have ended: no hook will follow. */
  sidecarStops(): void {
    this.#hear('stopping');
  }

  /**
   * Whether the app was there when its pod was deleted. Without its hook it may be gone before the sidecar's own hook.
   */
  isExpected(phase: Phase, sinceMs: number): boolean {
    const isJustGone = phase === 'app-down' && this.#clock.nowMs() - sinceMs < withinMs;
    return phase === 'open' || phase === 'let-in' || isJustGone;
  }

  /** Waits for the hook of the app, and warns if it does not arrive. */
  async podGoing(): Promise<void> {
    const heard = await Promise.race([this.#heard, sleep(this.#clock, withinMs)]);
    if (heard !== 'called') this.#log.warn({ port: controlPort }, words);
  }
}
