import { isHttp1 } from '../plan/dapr-checks.ts';
import type { InjectFacts } from '../plan/plan.ts';

/** What daps does with deliveries that come while the pod goes. */
export type Intake = 'holds' | 'passes-unread' | 'passes-once';

export const intakeOf = ({ dapr, redelivery }: InjectFacts): Intake =>
  isHttp1(dapr.appProtocol) ? (redelivery === 'certain' ? 'holds' : 'passes-once') : 'passes-unread';
