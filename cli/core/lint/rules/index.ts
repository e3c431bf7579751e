import type { Rule } from '../rule/rule.ts';
import { noReadiness } from './no-readiness.ts';
import { rabbitmqAutoAck } from './rabbitmq-auto-ack.ts';

/** Every rule that `daps lint` has of its own, in the order of their ids. */
export const rules: readonly Rule[] = [noReadiness, rabbitmqAutoAck];
