import type { Clock } from '../adapters/clock.ts';
import type { Daprd } from '../adapters/daprd.ts';
import type { Log } from '../adapters/log.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Gate } from '../channel/gate.ts';
import type { Traffic } from '../channel/traffic.ts';
import type { Config } from '../config.ts';
import { Circle } from './circle.ts';
import type { CurrentPhase } from './current-phase.ts';
import type { LifecycleEvents } from './lifecycle-events.ts';
import { openGate } from './open-gate.ts';
import { untilReady } from './readiness.ts';

export interface AppWaitPorts {
  readonly clock: Clock;
  readonly daprd: Daprd;
  readonly gate: Gate;
  readonly log: Log;
  readonly prober: Prober;
  readonly watch: LifecycleEvents;
}

export interface AppWaitCalls {
  readonly appGone: (cause: string) => void;
  /** The app has been away, or unready with daprd let in, for `give-back-after`. */
  readonly giveBack: () => void;
  /** The app may be reached. */
  readonly opened: () => void;
}

const circleWords =
  'the app waits for daprd and daprd for the app, so daps opens the gate; deliveries wait until the app is ready';

/** Waits until the app is ready, in the phases waiting, let-in and app-down, and opens the gate to it. */
export class AppWait {
  readonly #config: Config;
  readonly #ports: AppWaitPorts;
  readonly #phase: CurrentPhase;
  readonly #traffic: Pick<Traffic, 'heldCount'>;
  readonly #calls: AppWaitCalls;
  #waitingSinceMs = 0;
  /** False once the app stayed unready with daprd let in: it will not be ready the next time either. */
  #mayLetIn = true;

  constructor(
    config: Config,
    ports: AppWaitPorts,
    phase: CurrentPhase,
    traffic: Pick<Traffic, 'heldCount'>,
    calls: AppWaitCalls,
  ) {
    this.#config = config;
    this.#ports = ports;
    this.#phase = phase;
    this.#traffic = traffic;
    this.#calls = calls;
  }

  /** Waits in the current phase. Resolves when the pod has left it. */
  async begin(): Promise<void> {
    const { clock, gate, watch } = this.#ports;
    const { name, signal, sinceMs } = this.#phase;
    if (name === 'waiting') this.#waitingSinceMs = sinceMs;
    const circle = name === 'waiting' && this.#mayLetIn ? new Circle(this.#config, this.#ports) : undefined;
    const answer = await untilReady(this.#config, this.#ports, signal, ({ kind }) => {
      if (kind === 'not-ready' && circle !== undefined) void this.#maybeLetIn(circle, signal);
      if (kind === 'refused' && name === 'let-in') this.#calls.appGone('its port refuses connections');
      this.#maybeGiveBack();
    });
    if (answer === undefined) return;
    if (name === 'waiting') await openGate(this.#config, this.#ports, signal);
    if (signal.aborted) return;
    this.#phase.enter(answer, answer === 'app-ready' ? 'the app is ready' : 'ready-timeout is over');
    if (name !== 'app-down') watch.gateOpened(clock.nowMs() - this.#waitingSinceMs);
    gate.release();
    this.#calls.opened();
  }

  /** Opens the gate if the app waits for daprd, so that both can become healthy. */
  async #maybeLetIn(circle: Circle, signal: AbortSignal): Promise<void> {
    if (!(await circle.isClosed()) || signal.aborted) return;
    await openGate(this.#config, this.#ports, signal);
    if (signal.aborted || !this.#phase.enter('circle', circleWords)) return;
    await this.begin();
  }

  #maybeGiveBack(): void {
    const { name, sinceMs } = this.#phase;
    if (this.#ports.clock.nowMs() - sinceMs < this.#config.giveBackAfterMs) return;
    const waitsInVain = name === 'let-in' && this.#traffic.heldCount > 0;
    if (waitsInVain) this.#mayLetIn = false;
    if (waitsInVain || name === 'app-down') this.#calls.giveBack();
  }
}
