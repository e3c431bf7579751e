import type { Redelivery } from '../config.ts';
import { unreachable } from '../contract/unreachable.ts';
import { isHoldable, type RequestKind } from './classify.ts';
import type { Phase } from './phase.ts';

/** What the channel does with a request that has just arrived. */
export type Admission = 'forward' | 'hold' | 'answer-ok' | 'refuse';

/** Work that the app will have done while it stays anyway is forwarded, other work is held. */
export type PhaseAdmission = Admission | 'forward-if-done-in-time';

/**
 * What becomes of a request that comes in a phase. Deliveries and jobs are held wherever the app is not to begin
 * anything; where nobody delivers them again, a pod that goes holds none. The user's own health check is answered where
 * "unhealthy" would make daprd fail what is held.
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
