import type { Kind } from './classify.ts';
import type { Connect } from './connect.ts';
import type { ReplayBudget } from './replay.ts';
import type { Traffic } from './traffic.ts';

/** What is to be done with a request that has just come. */
export type Admission = 'forward' | 'hold' | 'answer-ok' | 'refuse';

/** What is known of a request when its head has come. */
export interface Request {
  readonly kind: Kind;
  readonly target: string;
}

/** A delivery that has its last try alone, is let fail after all, or kept though it cannot be sent again. */
export interface ChannelNote {
  readonly what: 'last-try' | 'let-fail' | 'not-replayable';
  readonly kind: Kind;
  readonly target: string;
  readonly attempts: number;
}

/** What a connection needs of the sidecar around it. */
export interface ChannelContext {
  /** A new connection to the app, which need not be established yet. */
  readonly connect: Connect;
  readonly admit: (request: Request) => Admission;
  readonly traffic: Traffic;
  readonly budget: ReplayBudget;
  /** The path of the user's own app health check. */
  readonly healthPath: string | undefined;
  /** How often a request that was cut is sent again. */
  readonly replays: number;
  /** The app refused a connection, let go of one with work on it, or of an idle one. */
  readonly appSuspected: (how: 'refused' | 'cut' | 'closed') => void;
  readonly note: (note: ChannelNote) => void;
  /** Calls once, after a time; answers what cancels it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}
