import type { Redelivery } from '../config.ts';
import { unreachable } from '../contract/unreachable.ts';
import { isHoldable, type RequestKind } from './classify.ts';
import type { Phase } from './phase.ts';

/** What the channel does with a request that has just arrived. */
export type Admission = 'forward' | 'hold' | 'answer-ok' | 'refuse';

/** The channel forwards work that the app will finish while it stays anyway, and holds other work. */
export type PhaseAdmission = Admission | 'forward-if-done-in-time';

/**
 * Decides what happens to a request that arrives in a phase. daps holds deliveries and jobs while the app must not
 * begin work. If the broker does not redeliver, a pod that goes holds none. daps answers the user's own health check
 * when "unhealthy" would make daprd fail held deliveries.
 */
export const admission = (phase: Phase, kind: RequestKind, redelivery: Redelivery): PhaseAdmission => {
  switch (phase) {
    case 'open':
      return 'forward';
    case 'lingering':
      return isHoldable(kind) && redelivery === 'certain' ? 'forward-if-done-in-time' : 'forward';
    case 'draining':
    case 'drained':
      if (kind === 'health') return 'answer-ok';
      return isHoldable(kind) && redelivery === 'certain' ? 'hold' : 'forward';
    case 'let-in':
    case 'stopping':
      if (kind === 'health') return 'answer-ok';
      return isHoldable(kind) ? 'hold' : 'forward';
    case 'giving-back':
      if (kind === 'health') return 'answer-ok';
      return isHoldable(kind) || kind === 'init' ? 'hold' : 'forward';
    case 'app-down':
    case 'waiting':
      if (kind === 'health') return 'answer-ok';
      return isHoldable(kind) || kind === 'init' ? 'hold' : 'refuse';
    default:
      return unreachable(phase);
  }
};
