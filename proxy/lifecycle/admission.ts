import { isHoldable, type Kind } from '../channel/classify.ts';
import type { Admission } from '../channel/context.ts';
import { unreachable } from '../unreachable.ts';
import type { Phase } from './phase.ts';

/**
 * What becomes of a request that comes in a phase. Deliveries and jobs are held wherever the app is not to begin
 * anything; the user's own health check is answered where "unhealthy" would make daprd fail what is held.
 */
export const admission = (phase: Phase, kind: Kind): Admission => {
  switch (phase) {
    case 'open':
      return 'forward';
    case 'let-in':
    case 'draining':
    case 'drained':
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
