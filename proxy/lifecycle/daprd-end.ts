import { type Clock, sleep } from '../adapters/clock.ts';
import type { Daprd } from '../adapters/daprd.ts';
import type { Log } from '../adapters/log.ts';
import type { Gate } from '../channel/gate.ts';
import type { Traffic } from '../channel/traffic.ts';

/** Acks must reach the broker before daprd ends (pkg/runtime/subscription: 400 ms). */
const afterLastAnswerMs = 500;
const pollMs = 100;
const askAgainMs = 1000;
/** The longest that daprd lives with its ports closed: graceful-shutdown-seconds is below 25 with daps. */
const lingersMs = 30_000;

export interface DaprdEndPorts {
  readonly clock: Clock;
  readonly daprd: Daprd;
  readonly gate: Gate;
  readonly log: Log;
}

/** What daps does if daprd refuses to end: wait until something else ends it, or leave it as it is. */
export type WhenRefused = 'wait' | 'leave';

/** Makes daprd stop taking messages, finish its work and end, which it does within its graceful-shutdown-seconds. */
export const endDaprdGracefully = async (
  {
    clock,
    daprd,
    gate,
    log,
  }: Pick<DaprdEndPorts, 'clock' | 'daprd' | 'log'> & {
    readonly gate: Pick<Gate, 'connections'>;
  },
  signal: AbortSignal,
): Promise<void> => {
  const isTaken = (await daprd.shutdownGracefully()) === 'taken';
  if (!isTaken) log.warn({}, 'daprd refuses to shut down: the app stops while daprd still delivers');
  while (isTaken && !signal.aborted && (gate.connections() > 0 || !(await daprd.isGone())))
    await sleep(clock, pollMs, signal);
};

/**
 * Ends daprd once the broker has its acks, and waits until its process is gone. Its ports say too little: a daprd
 * without a forced end (before 1.17.7) closes them first, lives for 5 s more and NACKs what is cut then. daps closes
 * the gate when they close, so that a daprd that the kubelet restarts while the pod goes finds no app. If daprd
 * refuses, daps drops its parked calls, so that daprd can end by its SIGTERM, or by a graceful shutdown that it
 * accepted before.
 */
export const endDaprd = async (
  { clock, daprd, gate, log }: DaprdEndPorts,
  traffic: Pick<Traffic, 'lastAnswerMs' | 'heldCount'>,
  cause: string,
  whenRefused: WhenRefused,
): Promise<'gone' | 'refused'> => {
  const waitMs = traffic.lastAnswerMs + afterLastAnswerMs - clock.nowMs();
  if (traffic.lastAnswerMs > 0 && waitMs > 0) await sleep(clock, waitMs);
  let askedMs: number | undefined;
  while (!(await daprd.isGone())) {
    if (askedMs === undefined || clock.nowMs() - askedMs >= askAgainMs) {
      const asked = await daprd.shutdownAtOnce();
      const facts = { cause, asked, held: traffic.heldCount };
      if (asked === 'refused') {
        if (askedMs === undefined) log.error(facts, refusedWords);
        daprd.letGo();
        if (whenRefused === 'leave' && !(await daprd.isEnding())) return 'refused';
      } else if (askedMs === undefined) log.info(facts, `daps ends daprd: ${cause}`);
      askedMs = clock.nowMs();
    }
    await sleep(clock, pollMs);
  }
  await gate.shut();
  const untilMs = clock.nowMs() + lingersMs;
  while (gate.connections() > 0 && clock.nowMs() < untilMs) await sleep(clock, pollMs);
  return 'gone';
};

const refusedWords =
  'daprd refuses to shut down (POST /v1.0/shutdown), so held deliveries may be lost. Does the API allowlist of its Configuration (spec.api) leave out shutdown, or deny it? Allow it with protocol http, version v1 and name shutdown.';
