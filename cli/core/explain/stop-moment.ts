import { deleted, type Moment, type MomentId, type When } from './timeline.ts';

export const unknown: When = { kind: 'unknown' };
/** Milliseconds after the pod's deletion. */
export const at = (ms: number): When => ({ kind: 'at', ms, since: deleted });
export const atMost = (ms: number): When => ({ kind: 'at-most', ms, since: deleted });

export const stopMoment = (id: MomentId, when: When, words: string): Moment => ({ id, section: 'stop', when, words });

/** For sorting by time; nothing where nobody knows it. */
export const msOf = ({ when }: Moment): number => (when.kind === 'unknown' ? 0 : when.ms);
