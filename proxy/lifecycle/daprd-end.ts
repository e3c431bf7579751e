import { type Clock, sleep } from '../adapters/clock.ts';
import type { Daprd } from '../adapters/daprd.ts';
import type { Log } from '../adapters/log.ts';
import type { Gate } from '../channel/gate.ts';
import type { Traffic } from '../channel/traffic.ts';

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

/** What is done where daprd refuses to be ended: it is waited for, which somebody else ends, or left as it is. */
export type WhenRefused = 'wait' | 'leave';

/** Lets daprd take nothing more, finish what it is at and end, which it does within its graceful-shutdown-seconds. */
export const endDaprdGracefully = async (
  {
    clock,
    daprd,
    gate,
    log,
  }: Pick<DaprdEndPorts, 'clock' | 'daprd' | 'log'> & {
    readonly gate: Pick<Gate, 'connections'>;
  },
  isMoot: () => boolean,
): Promise<void> => {
  const isTaken = (await daprd.shutdownGracefully()) === 'taken';
  if (!isTaken) log.warn({}, 'daprd refuses to shut down: what it delivers from now on meets an app that goes');
  while (isTaken && !isMoot() && (gate.connections() > 0 || !(await daprd.isGone()))) await sleep(clock, pollMs);
};

/**
 * Ends daprd, not before its acks are with the broker, and waits until its process is gone. Its ports close too early: a
 * daprd without a forced end (before 1.17.7) closes them first, lives for 5 s more and NACKs what is cut then. The gate
 * is shut when they close: a daprd that the kubelet starts once more while the pod goes finds no app. One that refuses
 * gets its parked calls back, so that it can end by its SIGTERM, or by a graceful shutdown that it took before.
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
      } else if (askedMs === undefined) log.info(facts, `daprd is ended: ${cause}`);
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
  'daprd refuses to be ended (POST /v1.0/shutdown), so what is held may be lost. Does the API allowlist of its Configuration (spec.api) leave out shutdown, or deny it? Allow it with protocol http, version v1 and name shutdown.';
