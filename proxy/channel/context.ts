import type { RequestHead } from '../http1/head.ts';
import type { Admission } from '../policy/admission.ts';
import type { RequestKind } from '../policy/classify.ts';
import type { AnswerListener } from './answer-listener.ts';
import type { Connect } from './connect.ts';
import type { MemoryBudget } from './memory/memory-budget.ts';
import type { PastCuts } from './past-cuts.ts';
import type { Traffic } from './traffic.ts';

/** What the head of a request says. */
export interface Request {
  readonly kind: RequestKind;
  readonly target: string;
}

/** A delivery that is retried alone for the last time, is given up, or is held though it cannot be sent again. */
export interface DeliveryNote {
  readonly what: 'last-try' | 'give-up' | 'not-replayable';
  readonly kind: RequestKind;
  readonly target: string;
  readonly attempts: number;
}

/** The app's first answer that is malformed or followed by more. `kind` and `target`: of its request, if any. */
export interface UnclearNote {
  readonly what: 'unclear-answer';
  readonly kind: RequestKind | undefined;
  readonly target: string | undefined;
}

/** A connection to the app that could not be opened, though its port does not refuse. */
export interface NotConnectedNote {
  readonly what: 'not-connected';
  readonly errorCode: string;
}

/** The sidecar has nearly as many descriptors as it may have. */
export interface FewDescriptorsNote {
  readonly what: 'few-descriptors';
  readonly limit: number;
}

export type ChannelNote = DeliveryNote | UnclearNote | NotConnectedNote | FewDescriptorsNote;

/** The kind of a request, and who listens to the app's answer. */
export interface Incoming {
  readonly kind: RequestKind;
  readonly listener: AnswerListener | undefined;
}

/** How a connection to the app failed. */
export type AppFailure =
  /** The app's port refuses connections. */
  | 'refused'
  /** It could not be opened for another reason, such as that the sidecar has no descriptor left. */
  | 'not-connected'
  /** It ended with a request on it. */
  | 'cut'
  /** It ended without one. */
  | 'closed';

/** What a connection needs from the rest of the sidecar. */
export interface ChannelContext {
  /** Opens a connection to the app, and does not wait until it is established. */
  readonly connect: Connect;
  readonly admit: (request: Request) => Admission;
  readonly traffic: Traffic;
  readonly budget: MemoryBudget;
  readonly pastCuts: PastCuts;
  /** A request whose head daps cannot read is a call. */
  readonly incoming: (head: RequestHead | undefined) => Incoming;
  /** Whether the app finishes deliveries without daprd. */
  readonly outlivesDaprd: boolean;
  /** How often a request that was cut is sent again. */
  readonly replays: number;
  readonly appSuspected: (how: AppFailure) => void;
  readonly note: (note: ChannelNote) => void;
  /** Calls once, after a time; returns what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}
