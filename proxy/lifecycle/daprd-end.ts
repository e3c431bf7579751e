import type { Traffic } from '../channel/traffic.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import type { Daprd } from '../ports/daprd.ts';
import type { Log } from '../ports/log.ts';
import type { Gate } from './gate.ts';

/** Acks must reach the broker before daprd is ended (pkg/runtime/subscription: 400 ms). */
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

/**
 * Ends daprd, not before its acks are with the broker, and waits until its process is gone. Its ports close too early: a
 * daprd without a forced end (before 1.17.7) closes them first, lives for 5 s more and NACKs what is cut then. The gate
 * is shut when they close: a daprd that the kubelet starts once more while the pod goes finds no app.
 */
export const endDaprd = async (
  { clock, daprd, gate, log }: DaprdEndPorts,
  traffic: Pick<Traffic, 'lastAnswerMs' | 'heldCount'>,
  cause: string,
): Promise<void> => {
  const waitMs = traffic.lastAnswerMs + afterLastAnswerMs - clock.nowMs();
  if (traffic.lastAnswerMs > 0 && waitMs > 0) await sleep(clock, waitMs);
  let askedMs: number | undefined;
  while (!(await daprd.isGone())) {
    if (askedMs === undefined || clock.nowMs() - askedMs >= askAgainMs) {
      const isTaken = await daprd.shutdownAtOnce();
      if (askedMs === undefined) log.info({ cause, isTaken, held: traffic.heldCount }, `daprd is ended: ${cause}`);
      askedMs = clock.nowMs();
    }
    await sleep(clock, pollMs);
  }
  await gate.shut();
  const untilMs = clock.nowMs() + lingersMs;
  while (gate.connections() > 0 && clock.nowMs() < untilMs) await sleep(clock, pollMs);
};
