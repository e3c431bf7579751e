import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { Traffic } from '../channel/traffic.ts';
import { type Phase, type PhaseEvent, transition } from '../policy/phase.ts';
import type { LifecycleEvents } from './lifecycle-events.ts';

export interface CurrentPhasePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly watch: LifecycleEvents;
}

/** Holds the phase that the pod is in. Only events change it, along the arrows of `policy/phase.ts`. */
export class CurrentPhase {
  readonly #ports: CurrentPhasePorts;
  readonly #traffic: Pick<Traffic, 'allInFlight' | 'heldCount'>;
  #name: Phase = 'waiting';
  #sinceMs: number;
  #visit = new AbortController();

  constructor(ports: CurrentPhasePorts, traffic: Pick<Traffic, 'allInFlight' | 'heldCount'>) {
    this.#ports = ports;
    this.#traffic = traffic;
    this.#sinceMs = ports.clock.nowMs();
  }

  get name(): Phase {
    return this.#name;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** A signal that is aborted when the pod leaves the phase, even if the pod comes back to it. */
  get signal(): AbortSignal {
    return this.#visit.signal;
  }

  /** Follows the event's arrow and logs it; false if there is none in this phase. */
  enter(event: PhaseEvent, cause: string): boolean {
    const next = transition(this.#name, event);
    if (next === undefined) return false;
    const { clock, log, watch } = this.#ports;
    const was = this.#name;
    const left = this.#visit;
    this.#name = next;
    this.#sinceMs = clock.nowMs();
    this.#visit = new AbortController();
    watch.phase(next);
    const { allInFlight: inFlight, heldCount: held } = this.#traffic;
    const level = next === 'giving-back' ? 'warn' : 'info';
    log[level]({ phase: next, was, inFlight, held, cause }, `${was} → ${next}: ${cause}`);
    left.abort();
    return true;
  }
}
