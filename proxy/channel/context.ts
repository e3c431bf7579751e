import type { RequestHead } from '../http1/head.ts';
import type { Admission } from '../policy/admission.ts';
import type { RequestKind } from '../policy/classify.ts';
import type { AnswerListener } from './answer-listener.ts';
import type { Connect } from './connect.ts';
import type { MemoryBudget } from './memory/memory-budget.ts';
import type { PastCuts } from './past-cuts.ts';
import type { Traffic } from './traffic.ts';

/** What is known of a request when its head has come. */
export interface Request {
  readonly kind: RequestKind;
  readonly target: string;
}

/** A delivery that has its last try alone, is let fail after all, or kept though it cannot be sent again. */
export interface DeliveryNote {
  readonly what: 'last-try' | 'give-up' | 'not-replayable';
  readonly kind: RequestKind;
  readonly target: string;
  readonly attempts: number;
}

/** The app's first answer that is malformed or followed by more. `kind` and `target`: of the request, where there is one. */
export interface UnclearNote {
  readonly what: 'unclear-answer';
  readonly kind: RequestKind | undefined;
  readonly target: string | undefined;
}

export type ChannelNote = DeliveryNote | UnclearNote;

/** What a request was found to be, and who hears the app's answer to it. */
export interface Incoming {
  readonly kind: RequestKind;
  readonly listener: AnswerListener | undefined;
}

/** What a connection needs of the sidecar around it. */
export interface ChannelContext {
  /** A new connection to the app, which need not be established yet. */
  readonly connect: Connect;
  readonly admit: (request: Request) => Admission;
  readonly traffic: Traffic;
  readonly budget: MemoryBudget;
  readonly pastCuts: PastCuts;
  /** One whose head nobody can read is a call. */
  readonly incoming: (head: RequestHead | undefined) => Incoming;
  /** Whether the app finishes deliveries though daprd has gone. */
  readonly outlivesDaprd: boolean;
  /** How often a request that was cut is sent again. */
  readonly replays: number;
  /** The app refused a connection, let go of one with work on it, or of an idle one. */
  readonly appSuspected: (how: 'refused' | 'cut' | 'closed') => void;
  readonly note: (note: ChannelNote) => void;
  /** Calls once, after a time; answers what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}
