import type { Change } from '../../manifest/write/change.ts';
import type { InjectFacts } from '../../plan/plan.ts';

/** What a pass sees. Paths in changes start at the pod template. */
export interface PassInput {
  readonly facts: InjectFacts;
  readonly image: string;
}

/** One thing a pod gets: facts in, changes out. */
export type Pass = (input: PassInput) => readonly Change[];
