import type { Phase } from '../policy/phase.ts';

/** Receives what the lifecycle does, for metrics. */
export interface LifecycleEvents {
  readonly phase: (phase: Phase) => void;
  readonly gateOpened: (waitedMs: number) => void;
  readonly appDown: () => void;
  readonly drained: (outcome: 'drained' | 'deadline', tookMs: number) => void;
}
