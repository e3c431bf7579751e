import { int } from '../../manifest/model/value.ts';
import type { Pass } from './pass.ts';

/** Raises the grace period where a longer one is asked for. */
export const gracePeriod: Pass = ({ facts: { graceSeconds, writtenGraceSeconds } }) =>
  graceSeconds === (writtenGraceSeconds ?? 30)
    ? []
    : [{ op: 'set', path: ['spec', 'terminationGracePeriodSeconds'], value: int(graceSeconds), before: 'containers' }];
